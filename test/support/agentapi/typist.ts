import { text } from 'node:stream/consumers';
import { startDownloads } from '../downloads.ts';

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
  const { port } = await startDownloads(async (request, response) => {
    if (request.method === 'POST')
      typed.push((JSON.parse(await text(request)) as { content: string }).content);
    response.end(JSON.stringify({ status: typist.status(), ok: true, messages: [] }));
  });
  const typist: Typist = { port, typed, status: () => 'stable' };
  return typist;
}
