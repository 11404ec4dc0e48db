import { kill } from 'node:process';
import { isSupervising, readSupervisor } from '../runner/supervisor.ts';
import type { SessionPaths } from '../store/paths.ts';
import { waitFor } from '../system/wait.ts';

/** Amp takes a second to unregister; a workspace's stop doesn't wait for long. */
const UNREGISTERING_MS = 8_000;

/** Ends the key's runner, so that Amp's servers learn of it before the workspace is gone. */
export async function stopRunner(paths: SessionPaths): Promise<void> {
  const supervisor = readSupervisor(paths);
  if (!isSupervising(supervisor)) return;
  kill(supervisor.pid, 'SIGTERM');
  await waitFor(() => !isSupervising(supervisor), UNREGISTERING_MS);
}
