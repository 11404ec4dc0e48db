import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { ampServerOfFile } from '../../support/amp/file-server.ts';
import { CliHome } from '../../support/cli/live-home.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { makeProgram } from '../../support/script.ts';
import { messagesAt } from '../../workspace/fixture.ts';

const amp = await ampServerOfFile();

const THREAD = 'T-11111111-1111-4111-8111-111111111111';

/** An `amp` whose turns fail after the answer has begun. */
function failingAmp(answer: string, error: string): string {
  const dir = temporaryFolder();
  makeProgram(
    join(dir, 'amp'),
    `echo "$*" >>'${dir}/calls'
    case "$*" in
      'threads new') echo ${THREAD} ;;
      *' -x --stream-json') cat >/dev/null; echo '${answer}'; echo '${error}' >&2; exit 1 ;;
    esac`,
  );
  return dir;
}

describe('a turn that fails in the middle of its answer', () => {
  it.each([
    'The log says: thread main does not exist.',
    'It says: Thread not found.',
    'This thread is archived, says the log.',
  ])(
    'whatever the answer says, the thread is not given up and the message is not resent: %s',
    async (answer) => {
      const event = JSON.stringify({
        type: 'assistant',
        message: { content: [{ type: 'text', text: answer }] },
      });
      const dir = failingAmp(event, 'Error: Cannot reach Amp servers. Are you offline?');
      const home = new CliHome({ amp, ampFolder: dir });
      expect(await home.run(['send', 'why?'])).toMatchObject({ exitCode: 69 });
      const { thread } = JSON.parse((await home.run(['status', '--json'])).stdout);
      expect(thread).toMatchObject({ thread: THREAD, sends: 1, ended: null });
    },
  );
});

it('send, in a loop that reads a file, takes one line at a time', async () => {
  const { home, thread } = await CliHome.withThread(amp);
  const loop = `while read -r line; do amp-session send "$line"; done`;
  const input = 'one\ntwo\nthree\n';
  await execa('bash', ['-c', loop], { cwd: home.project, env: home.env, extendEnv: false, input });
  expect(messagesAt(amp, thread)).toEqual(['first', 'one', 'two', 'three']);
});
