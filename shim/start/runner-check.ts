import { kill } from 'node:process';
import { reasonIn } from '../amp/outcome.ts';
import { readRunnerReport } from '../amp/runner-events.ts';
import type { RunnerConfig } from '../environment/runner.ts';
import { decideOnReport } from '../runner/decide.ts';
import { isSupervising, readSupervisor, reportsOf, writeSupervisor } from '../runner/supervisor.ts';
import { sessionPaths } from '../store/paths.ts';
import { readSession } from '../store/read.ts';
import { withoutSecrets } from '../system/call.ts';
import { say } from '../system/report.ts';
import { waitFor } from '../system/wait.ts';

/**
 * Checks whether the runner has the key's own thread, about which Amp was not asked before the launch. If the runner has
 * dropped it, it is started again, and Amp is asked then. Ends once the runner is registered or gone.
 */
export async function checkOwnThread(config: RunnerConfig): Promise<void> {
  const paths = sessionPaths(config.stateFolder, config.key);
  const thread = readSession(paths).session.launched?.thread ?? null;
  const supervisor = readSupervisor(paths);
  if (thread === null || !isSupervising(supervisor)) return;
  const decide = () => decideOnReport(readRunnerReport(reportsOf(paths, config.persistence)), thread);
  await waitFor(() => !isSupervising(supervisor) || decide().do !== 'wait', Number.POSITIVE_INFINITY);
  const decision = decide();
  if (decision.do === 'say') {
    const message = withoutSecrets(decision.message, config.secrets);
    const why = reasonIn(message) ?? message;
    say(`The runner could not open ${thread} (${why}). It remains the active thread.`);
  }
  if (decision.do !== 'start again' || !isSupervising(supervisor)) return;
  // For runner-settle: this end is no failure.
  writeSupervisor(paths, config, { ...supervisor, again: true });
  kill(supervisor.pid, 'SIGUSR1');
}
