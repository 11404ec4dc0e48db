import { execa } from 'execa';
import { beforeEach, describe, expect, it } from 'vitest';
import { COMMANDS, type CommandSpec } from '../../shim/cli/spec.ts';
import { EXIT } from '../../shim/system/exit.ts';
import { threadNumbered } from '../support/cli/amp-double.ts';
import { makeDoubleHome } from '../support/cli/bench.ts';
import { ampSession, type Home } from '../support/cli/home.ts';
import { recordEvents } from '../support/cli/record.ts';
import { onTerminal } from '../support/cli/screen.ts';

const SPECS: readonly (readonly [string, CommandSpec])[] = Object.entries(COMMANDS);
const [A, B] = [threadNumbered(0xa0000001), threadNumbered(0xb0000001)] as const;
const FOREIGN = threadNumbered(0xc0000001);

let home: Home;

beforeEach(async () => {
  ({ home } = makeDoubleHome());
  const { stateFolder } = home;
  const known = { event: 'thread', origin: 'new', workdir: home.project } as const;
  await recordEvents(stateFolder, 'main', [
    { ...known, thread: A },
    { ...known, thread: B },
  ]);
  await recordEvents(stateFolder, 'telegram:652', [{ ...known, thread: FOREIGN }]);
});

/** What bash offers for the last word of a line, calling the function registered for the command. */
async function offered(...line: readonly string[]): Promise<string[]> {
  // Split the way readline does: also at colons and equals signs, which are words of their own.
  const words = line.flatMap((word) => (word === '' ? [word] : word.split(/([:=])/)));
  const script = `
    source <(amp-session completion bash)
    read -r -a registered < <(complete -p amp-session)
    COMP_WORDS=(amp-session "$@") COMP_CWORD=$# COMP_LINE=$0 COMPREPLY=()
    COMP_POINT=\${#COMP_LINE}
    for ((i = 0; i < \${#registered[@]}; i++)); do
      [[ \${registered[i]} == -F ]] && "\${registered[i + 1]}" amp-session "\${COMP_WORDS[COMP_CWORD]}"
    done
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await execa('bash', ['-uc', script, ['amp-session', ...line].join(' '), ...words], {
    cwd: home.project,
    env: home.env,
    extendEnv: false,
    // Bash takes a socket on stdin for a remote login, and then reads its profile.
    stdin: 'ignore',
  });
  return stdout.split('\n').filter((word) => word !== '');
}

describe('bash', () => {
  it('offers the commands of the help', async () => {
    expect(await offered('')).toEqual(Object.keys(COMMANDS));
    expect(await offered('f')).toEqual(['fork', 'forget']);
  });

  it('offers the options of every command', async () => {
    for (const [name, { options }] of SPECS) {
      expect(await offered(name, '--'), name).toEqual([
        ...Object.keys(options).map((option) => `--${option}`),
        '--help',
      ]);
    }
  });

  it('offers threads only where a thread is expected', async () => {
    for (const [name, { completesThreads = false }] of SPECS) {
      expect(await offered(name, 'T-'), name).toEqual(completesThreads ? [A, B] : []);
    }
    expect(await offered('show', 'T-b')).toEqual([B]);
  });

  it.each([[['--key', 'telegram:652']], [['-k', 'telegram:652']], [['--key=telegram:652']]])(
    'offers the threads of the key on the line: %j',
    async (words) => {
      expect(await offered('show', ...words, 'T-')).toEqual([FOREIGN]);
    },
  );

  it.each([
    [['--key', 'te'], ['telegram:652']],
    [['--key=te'], ['telegram:652']],
    [
      ['-k', ''],
      ['main', 'telegram:652'],
    ],
    // Readline has split the word at the colon, and keeps what is before it.
    [['--key', 'telegram:6'], ['652']],
  ])('offers the keys: %j', async (words, keys) => {
    expect(await offered('list', ...words)).toEqual(keys);
  });

  it('offers threads by their names, as they have to be typed', async () => {
    await ampSession(home, ['rename', B, 'login page']);
    expect(await offered('show', 'lo')).toEqual(['login\\ page']);
    expect(await offered('show', 'login\\ p')).toEqual(['login\\ page']);
    expect(await offered('show', "'lo")).toEqual(['login page']);
    expect((await ampSession(home, ['completion', 'threads'])).stdout).toBe(
      `login page\t${B}\n${A}\t\n${B}\tlogin page\n`,
    );
  });

  it('offers the shells', async () => {
    expect(await offered('completion', '')).toEqual(['bash', 'zsh', 'fish', '--key', '--help']);
  });

  it('completes what is typed into a real one', async () => {
    const shell = onTerminal('bash', ['--norc', '-i'], {
      cwd: home.project,
      env: { ...home.env, PS1: '> ' },
    });
    shell.type('source <(amp-session completion bash) && echo rea"dy"\r');
    // And its prompt: what is typed before that is echoed twice.
    await shell.until((text) => text.includes('\nready\n>'));
    shell.type('amp-session sho\tT-b\t');
    await shell.until((text) => text.includes(`> amp-session show ${B}`));
    await ampSession(home, ['rename', B, 'login page']);
    for (const typed of ['lo\t', "'lo\t"]) {
      shell.type(`\u0015amp-session show ${typed}`);
      const whole = typed.startsWith("'") ? "'login page'" : 'login\\ page';
      await shell.until((text) => text.trimEnd().endsWith(`> amp-session show ${whole}`));
    }
    shell.type('\u0015exit\r');
    await shell.ended;
  });
});

describe('every shell', () => {
  it.each(['bash', 'zsh', 'fish'])('%s has every command and every option in the help', async (shell) => {
    const { exitCode, stdout, stderr } = await ampSession(home, ['completion', shell]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const option = shell === 'fish' ? '-l ' : '--';
    for (const [name, { summary, options }] of SPECS) {
      const about = stdout.split('\n').filter((line) => line.includes(name));
      const summaryThere =
        shell === 'bash' ||
        about.some((line) =>
          line.replaceAll("'\\''", "'").replaceAll("\\'", "'").replaceAll('\\:', ':').includes(summary),
        );
      expect(summaryThere, name).toBe(true);
      for (const each of Object.keys(options)) expect(about.join('\n'), name).toContain(`${option}${each}`);
    }
  });

  it('any other one is refused', async () => {
    const { exitCode, stdout, stderr } = await ampSession(home, ['completion', 'tcsh']);
    expect({ exitCode, stdout }).toEqual({ exitCode: EXIT.usage, stdout: '' });
    expect(stderr).toBe('amp-session: Completions are available for bash, zsh and fish.\n');
  });
});
