import { startAmpServer } from '../../test/support/amp/server.ts';
import { ampSession } from '../../test/support/cli/home.ts';
import { captured } from './help.ts';
import { CapturedWorkspace } from './workspace.ts';

const NOW = '2026-11-21T09:02:10.000Z';
const TITLE = 'Remember the user on the login page';

/** The tables for docs/captures, by file name: a few days of a workspace, run with the real Amp. */
export async function tableCaptures(): Promise<Record<string, string>> {
  const amp = await startAmpServer();
  const workspace = await CapturedWorkspace.create(amp);
  try {
    await live(workspace);
    const threads = [...amp.threads.values()];
    for (const thread of threads.slice(0, 1)) thread.title = TITLE;
    const now = workspace.at(NOW);
    await ampSession(now, ['list', '--remote']);
    const runs: readonly (readonly [string, readonly string[], string?])[] = [
      ['status.txt', ['status']],
      ['list.txt', ['list']],
      ['list-all.txt', ['list', '--all']],
      ['show.txt', ['show', 'login page']],
      ['doctor.txt', ['doctor']],
      ['cleanup.txt', ['cleanup', '--older-than', '1d', '--keep', '2', '--dry-run']],
      ['forget.txt', ['forget', 'flaky test'], 'y'],
    ];
    const captures: Record<string, string> = {};
    for (const [file, args, answer] of runs) {
      // The doctor asks Amp's stand-in; the others show the addresses that people have.
      const url = file === 'doctor.txt' ? amp.url : '';
      const text = await captured({ ...now, env: { ...now.env, AMP_URL: url } }, args, answer);
      captures[file] = workspace.shown(
        text,
        threads.map(({ id }) => id),
      );
    }
    return captures;
  } finally {
    workspace.dispose();
    await amp.close();
  }
}

async function live(workspace: CapturedWorkspace): Promise<void> {
  const run = async (now: string, ...args: string[]) => {
    const { exitCode, stderr } = await ampSession(workspace.at(now), args);
    if (exitCode !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
  };
  await workspace.start('2026-11-17T08:30:00.000Z', 'Make the login page remember the user.');
  await run('2026-11-17T08:45:00.000Z', 'rename', await activeThread(workspace), 'login page');
  await run('2026-11-17T17:10:00.000Z', 'new', '--name', 'flaky test');
  await workspace.stop('2026-11-17T18:00:00.000Z');
  await workspace.start('2026-11-18T08:15:00.000Z');
  await workspace.stop('2026-11-18T18:00:00.000Z');
  await run('2026-11-20T16:20:00.000Z', 'send', '--key', 'telegram:652', 'What is the weather in Rome?');
  await run('2026-11-21T08:10:00.000Z', 'fork', 'login page', '--name', 'login, second try');
  await workspace.start('2026-11-21T08:17:22.000Z');
  await run('2026-11-21T08:55:00.000Z', 'send', '--key', 'telegram:652', 'And tomorrow?');
}

async function activeThread(workspace: CapturedWorkspace): Promise<string> {
  const { stdout } = await ampSession(workspace.at(NOW), ['list', '--limit', '1']);
  return stdout.split('\t')[0] ?? '';
}
