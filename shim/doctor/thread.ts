import { liveAgent } from '../agent/live.ts';
import { exportThread } from '../amp/calls.ts';
import { isRefused } from '../amp/outcome.ts';
import type { Key } from '../key/key.ts';
import { type Finding, problem } from './finding.ts';

/** Only a refusal counts, which takes Amp a second; a long thread is not waited for. */
const EXPORT_MS = 10_000;

/** Whether Amp opens the thread that the agent is to be started in. While the agent is in it, it does. */
export async function checkThread(key: Key): Promise<Finding[]> {
  const session = key.read();
  const { active } = session;
  if (active === null || liveAgent(key.paths, session).kind === 'running') return [];
  const { thread, workdir } = active;
  if (!isRefused(await exportThread(key.amp(workdir), thread, EXPORT_MS))) return [];
  return [
    problem(
      'thread',
      `Amp's servers don't let this account open ${thread}`,
      "Give Amp the key of the account that it belongs to, or begin another: amp-session new ('--now' while the agent is being restarted). The thread stays recorded.",
    ),
  ];
}
