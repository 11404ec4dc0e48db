import { createServer, type RequestListener } from 'node:http';
import { onTestFinished } from 'vitest';
import { listen } from './ports.ts';

/** A server that scripts download from. */
export type Downloads = {
  readonly url: string;
  readonly port: number;
  /** The path of every request so far. */
  readonly requests: readonly string[];
  /** Stops it, as when the network is down. */
  readonly close: () => void;
};

/** Starts a server on loopback; it is stopped after the test. */
export async function startDownloads(answer: RequestListener): Promise<Downloads> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    answer(request, response);
  });
  const port = await listen(server);
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  onTestFinished(close);
  return { url: `http://127.0.0.1:${port}`, port, requests, close };
}
