import { text } from 'node:stream/consumers';
import { startDownloads } from '../downloads.ts';

/** A server that answers like AgentAPI, for tests in which only what is typed matters. */
export type Typist = {
  readonly port: number;
  /** The messages that were posted. */
  readonly typed: readonly string[];
  /** Whether it refuses what is posted. */
  refuses: boolean;
  /** Whether it closes every connection without an answer. */
  breaksOff: boolean;
  /** AgentAPI's word for what its agent does, at each question. */
  status: () => 'stable' | 'running';
  /** What its agent shows, at each look. */
  screen: () => string;
};

/** Starts one on a free port of 127.0.0.1, for the duration of a test. */
export async function startTypist(): Promise<Typist> {
  const typed: string[] = [];
  const { port } = await startDownloads(async (request, response) => {
    if (typist.breaksOff) {
      request.socket.destroy();
      return;
    }
    if (request.method === 'POST') {
      const { content } = JSON.parse(await text(request)) as { content: string };
      if (typist.refuses) response.statusCode = 500;
      else typed.push(content);
    }
    if (request.url === '/internal/screen')
      response.end(`data: ${JSON.stringify({ screen: typist.screen() })}\n\n`);
    else response.end(JSON.stringify({ status: typist.status(), ok: true, messages: [] }));
  });
  const typist: Typist = {
    port,
    typed,
    refuses: false,
    breaksOff: false,
    status: () => 'stable',
    screen: () => '',
  };
  return typist;
}
