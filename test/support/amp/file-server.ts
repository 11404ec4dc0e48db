import { afterAll, afterEach } from 'vitest';
import { type AmpServer, behaviours, startAmpServer } from './server.ts';

/** Starts the stub for all tests of a file, after which it is stopped; it behaves again after each. For the file's top level. */
export async function ampServerOfFile(): Promise<AmpServer> {
  const server = await startAmpServer();
  afterEach(() => server.behave(behaviours.ok));
  afterAll(() => server.close());
  return server;
}
