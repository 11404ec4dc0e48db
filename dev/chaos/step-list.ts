import type { Programs } from '../../test/support/chaos/crash-build.ts';
import type { PlannedStart } from '../../test/support/chaos/schedule.ts';
import { LightWorkspace } from '../../test/support/chaos/workspace.ts';
import { freePort } from '../../test/support/ports.ts';

const QUIET: PlannedStart = {
  amp: 'ok',
  deleteBefore: false,
  prompt: 'Fix it',
  persistence: true,
  say: null,
  twice: false,
  recovers: false,
  lasts: 'short',
  moves: 'no',
  ending: { kind: 'stop', markFirst: true, crashAfterMs: null },
};
const PATIENCE_MS = 20_000;

/**
 * Every step of a cold start, a warm start and one whose thread is gone, each running undisturbed until idle.
 */
export async function listSteps(programs: Programs): Promise<string[]> {
  const workspace = new LightWorkspace(programs, await freePort());
  const names: string[] = [];
  try {
    for (const kind of ['cold', 'warm', 'gone']) {
      const [thread] = workspace.amp.minted;
      if (kind === 'gone' && thread !== undefined) workspace.amp.delete(thread);
      const run = workspace.start(QUIET, true);
      if (!(await run.until(() => run.isAtRest, PATIENCE_MS))) throw new Error(run.log);
      workspace.announceStop();
      for (const { pid } of run.of('up')) process.kill(pid, 'SIGTERM');
      await run.over;
      names.push(...run.of('step').map(({ step }) => `${kind}: ${step}`));
    }
    return names;
  } finally {
    workspace.dispose();
  }
}
