import { text } from 'node:stream/consumers';
import { startDownloads } from '../downloads.ts';

/** What answers like AgentAPI where only what is typed matters. */
export type Typist = {
  readonly port: number;
  /** The messages that were posted. */
  readonly typed: readonly string[];
  /** Whether it refuses what is posted. */
  refuses: boolean;
  /** AgentAPI's word for what its agent does, at each question. */
  status: () => 'stable' | 'running';
};

/** Starts one on a free port of 127.0.0.1, for the duration of a test. */
export async function startTypist(): Promise<Typist> {
  const typed: string[] = [];
  const { port } = await startDownloads(async (request, response) => {
    if (request.method === 'POST') {
      const { content } = JSON.parse(await text(request)) as { content: string };
      if (typist.refuses) response.statusCode = 500;
      else typed.push(content);
    }
    response.end(JSON.stringify({ status: typist.status(), ok: true, messages: [] }));
  });
  const typist: Typist = { port, typed, refuses: false, status: () => 'stable' };
  return typist;
}
