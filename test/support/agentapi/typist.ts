import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** What answers like AgentAPI where only what is typed matters. */
export type Typist = {
  readonly port: number;
  /** The messages that were posted. */
  readonly typed: readonly string[];
  /** AgentAPI's word for what its agent does, at each question. */
  status: () => 'stable' | 'running';
};

/** Starts one on a free port of 127.0.0.1, for the duration of a test. */
export async function startTypist(): Promise<Typist> {
  const typed: string[] = [];
  const server = createServer(async (request, response) => {
    if (request.method === 'POST')
      typed.push((JSON.parse(await text(request)) as { content: string }).content);
    response.end(JSON.stringify({ status: typist.status(), ok: true, messages: [] }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const typist: Typist = { port: (server.address() as AddressInfo).port, typed, status: () => 'stable' };
  return typist;
}
