import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { identifyProcess } from '../../shim/system/processes.ts';
import { temporaryFolder } from '../support/folders.ts';
import { makeProgram, makeScriptHome, runScript, type ScriptHome } from '../support/script.ts';
import { killAll } from '../support/workspace/machine.ts';

let machine: ScriptHome;

const inHome = (name: string) => join(machine.home, name);
const read = (name: string) => (existsSync(inHome(name)) ? readFileSync(inHome(name), 'utf8') : '');

/** The arguments that a program was given, without its own name. */
const words = (name: string) => read(name).split('\0').slice(0, -1);

function start(
  change: Record<string, string> = {},
  prompt = '',
  options: readonly string[] = [],
  wrapper: readonly string[] = [],
) {
  const { BASH_ENV, ...variables } = change;
  return runScript(
    'start.sh',
    machine,
    {
      AMP_MODULE_STATE_DIR: '.amp-module',
      AMP_MODULE_AGENTAPI_DIR: '.amp-module/agentapi',
      AMP_MODULE_BUNDLE_SHA256: 'none',
      AMP_MODULE_PERSISTENCE: 'true',
      AMP_MODULE_PORT: '3284',
      AMP_MODULE_WORKDIR: inHome('project'),
      AMP_MODULE_PROMPT: prompt,
      ...variables,
    },
    {
      // An array can't be exported, so it precedes the script, as the module renders it.
      before: `AMP_MODULE_OPTION_WORDS=(${options.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')})`,
      env: BASH_ENV === undefined ? {} : { BASH_ENV },
      wrapper,
    },
  );
}

/** Stands in for the bundle's launcher: the plan to return, and what `settle` answers. */
function session(
  plan: string,
  settle = 'exit 3',
  {
    state = inHome('.amp-module'),
    bundle = 'none',
    deliver = 'cat >"$HOME/delivered.new"; mv "$HOME/delivered.new" "$HOME/delivered"',
  }: { state?: string; bundle?: string; deliver?: string } = {},
): void {
  mkdirSync(join(state, 'bin'), { recursive: true });
  mkdirSync(join(state, 'bundle'), { recursive: true });
  writeFileSync(join(state, `bundle/${bundle}.mjs`), 'bundle');
  makeProgram(
    join(state, 'bin/amp-session'),
    `echo "$*" >>"$HOME/session-calls"
echo "\${AMP_MODULE_BUNDLE_SHA256:-current}" >"$HOME/bundle-asked"
case $1 in
prepare) cat >"$HOME/prompt-seen"; printf '${plan}' ;;
deliver) ${deliver} ;;
settle) ${settle} ;;
esac`,
  );
}

beforeEach(() => {
  machine = makeScriptHome(temporaryFolder());
  const { home } = machine;
  // Left running by a profile.
  onTestFinished(() => killAll(home));
  makeProgram(
    join(machine.bin, 'agentapi'),
    `printf '%s\\0' "$@" >"$HOME/agentapi-args"; cat >"$HOME/prompt-typed"; echo "state=\${AGENTAPI_STATE_FILE:-none}" >>"$HOME/agentapi-env"; echo run >>"$HOME/runs"; exit 7`,
  );
  session('send\\0chat\\0threads\\0continue\\0T-1\\0end\\0');
});

describe('start.sh', () => {
  it('runs AgentAPI as the plan says, in the work folder, and exits with its status', async () => {
    const run = await start();
    expect(run.exitCode).toBe(7);
    expect(words('agentapi-args').join(' ')).toBe(
      'server --type amp --port 3284 --term-width 67 --term-height 1190 -- amp threads continue T-1',
    );
    expect(existsSync(inHome('project'))).toBe(true);
    expect(read('session-calls').split('\n')).toEqual([
      'prepare',
      expect.stringMatching(/^settle 7 \d+$/),
      '',
    ]);
  });

  it('has the prompt typed once the thread is open when the plan says so, and none of it at the start', async () => {
    session('send\\0chat\\0terminal=own\\0when-open\\0threads\\0continue\\0T-1\\0end\\0');
    // AgentAPI lives until the prompt has been typed into it.
    makeProgram(
      join(machine.bin, 'agentapi'),
      `cat >"$HOME/prompt-typed"; until [[ -s $HOME/delivered ]]; do sleep 0.05; done; exit 7`,
    );
    const run = await start({}, 'fix $(it)\n');
    expect(run.exitCode).toBe(7);
    expect(read('delivered')).toBe('fix $(it)\n');
    expect(read('prompt-typed')).toBe('');
  });

  it('ends the process waiting to type the prompt when AgentAPI has ended', async () => {
    session('send\\0chat\\0terminal=own\\0when-open\\0threads\\0continue\\0T-1\\0end\\0', 'exit 3', {
      deliver: 'echo $$ >"$HOME/deliverer"; exec sleep 1000',
    });
    makeProgram(join(machine.bin, 'agentapi'), `until [[ -s $HOME/deliverer ]]; do sleep 0.05; done; exit 7`);
    const run = await start({}, 'fix it');
    expect(run.exitCode).toBe(7);
    expect(run.stderr).not.toContain('Terminated');
    await expect.poll(() => identifyProcess(Number(read('deliverer')))).toBeNull();
  });

  it("puts the boundary and Amp's options in front", async () => {
    const options = ['--mode', 'low', '--label', "it's $(id)"];
    await start({ AGENTAPI_BOUNDARY_PREFIX: '/opt/bound ary.sh' }, '', options);
    const args = words('agentapi-args');
    expect(args.slice(args.indexOf('--') + 1)).toEqual([
      '/opt/bound ary.sh',
      'amp',
      ...options,
      'threads',
      'continue',
      'T-1',
    ]);
  });

  it("gives the agent the plan's terminal identity, and none from the person who started it", async () => {
    session('none\\0chat\\0terminal=amp-session-1\\0threads\\0continue\\0T-1\\0end\\0');
    makeProgram(
      join(machine.bin, 'agentapi'),
      `printf '%s\\0' "$@" >"$HOME/agentapi-args"; echo "$TERM_SESSION_ID|\${TMUX_PANE:-none}" >"$HOME/seen"`,
    );
    await start({ TMUX_PANE: '%1', TERM_SESSION_ID: 'mine' });
    expect(read('seen')).toBe('amp-session-1|none\n');
    expect(words('agentapi-args').slice(-4)).toEqual(['amp', 'threads', 'continue', 'T-1']);
  });

  it('passes the prompt on when the plan says so', async () => {
    await start({}, 'fix $(it)');
    expect(read('prompt-typed')).toBe('fix $(it)');
  });

  it('passes nothing on when the plan says so, and AgentAPI is not left waiting', async () => {
    session('none\\0chat\\0threads\\0continue\\0T-1\\0end\\0');
    await start({}, 'fix it');
    expect(read('prompt-typed')).toBe('');
    expect(read('prompt-seen')).toBe('fix it');
  });

  it('restarts AgentAPI for as long as settle says so', async () => {
    session('none\\0chat\\0end\\0', '[[ $(wc -l <"$HOME/runs") -lt 3 ]] || exit 3');
    await start();
    expect(read('runs')).toBe('run\nrun\nrun\n');
  });

  it('starts nothing when the plan refuses', async () => {
    session('refuse\\0');
    const run = await start();
    expect(run.exitCode).toBe(0);
    expect(read('runs')).toBe('');
  });

  it.each([
    ['is cut short', 'send\\0chat\\0threads\\0continue\\0T-'],
    ['is empty', ''],
    ['has something in front', 'Welcome!\\nnone\\0chat\\0threads\\0continue\\0T-1\\0end\\0'],
    ['has a word in front', 'noise\\0none\\0chat\\0threads\\0continue\\0T-1\\0end\\0'],
    ['lacks its second word', 'none\\0threads\\0continue\\0T-1\\0end\\0'],
    ['refuses and more', 'noise\\0refuse\\0'],
  ])('I9: starts the agent without persistence when the plan %s', async (_name, plan) => {
    session(plan);
    const run = await start({ AGENTAPI_STATE_FILE: '/state.json' }, 'fix it');
    expect(words('agentapi-args').at(-1)).toBe('amp');
    expect(read('prompt-typed')).toBe('fix it');
    expect(read('agentapi-env')).toBe('state=none\n');
    expect(run.all).toContain('The agent starts without persistence');
  });

  it('I4: passes no prompt without a plan where anything was recorded before', async () => {
    session('nothing');
    mkdirSync(inHome('.amp-module/sessions/another'), { recursive: true });
    const run = await start({}, 'fix it');
    expect(read('prompt-typed')).toBe('');
    expect(words('agentapi-args').at(-1)).toBe('amp');
    expect(run.all).toContain('It gets no prompt, because it may already have received it.');
    // With persistence off every start is a first one.
    await start({ AMP_MODULE_PERSISTENCE: 'false' }, 'fix it');
    expect(read('prompt-typed')).toBe('fix it');
  });

  it('I4, I9: uses the amp-session of an earlier start where the new one could not be placed', async () => {
    renameSync(inHome('.amp-module/bundle/none.mjs'), inHome('.amp-module/bundle/older.mjs'));
    symlinkSync('older.mjs', inHome('.amp-module/bundle/current.mjs'));
    session('none\\0chat\\0threads\\0continue\\0T-1\\0end\\0', 'exit 3', { bundle: 'older' });
    const run = await start({}, 'fix it');
    expect(run.all).toContain("This version's amp-session isn't in");
    expect(read('bundle-asked')).toBe('current\n');
    expect(words('agentapi-args').at(-1)).toBe('T-1');
    expect(read('prompt-typed')).toBe('');
  });

  it('I4: ignores the output of a BASH_ENV that prints', async () => {
    session('none\\0chat\\0threads\\0continue\\0T-1\\0end\\0');
    writeFileSync(inHome('bash-env'), 'printf "FORGED=1\\0Welcome"\n');
    writeFileSync(inHome('.bashrc'), 'export TOKEN_OF_MINE=abc\n');
    makeProgram(
      join(machine.bin, 'agentapi'),
      `unset BASH_ENV; printf '%s\\0' "$@" >"$HOME/agentapi-args"; cat >"$HOME/prompt-typed"; echo "$TOKEN_OF_MINE\${FORGED:-}" >"$HOME/seen"; exit 7`,
    );
    const run = await start({ BASH_ENV: inHome('bash-env') }, 'fix it');
    expect(run.exitCode).toBe(7);
    expect(words('agentapi-args').at(-1)).toBe('T-1');
    expect(read('prompt-typed')).toBe('');
    expect(read('seen')).toBe('abc\n');
  });

  it('I9: starts the agent without persistence when the bundle never arrives', async () => {
    machine = makeScriptHome(temporaryFolder());
    makeProgram(join(machine.bin, 'agentapi'), `printf '%s\\0' "$@" >"$HOME/agentapi-args"`);
    const run = await start();
    expect(words('agentapi-args').at(-1)).toBe('amp');
    expect(run.all).toContain('The agent starts without persistence');
  });

  it("tells the shim the port set by AgentAPI's module, and finds it in the state folder", async () => {
    const state = join(machine.home, '..', 'data volume');
    session('none\\0chat\\0end\\0', 'echo "$AMP_MODULE_PORT" >"$HOME/port"; exit 3', { state });
    await start({ AMP_MODULE_STATE_DIR: state, AMP_MODULE_AGENTAPI_DIR: '.amp-module-review' }, '', []);
    expect(read('port')).toBe('3284\n');
    expect(read('runs')).toBe('run\n');
    expect(existsSync(inHome('.amp-module-review'))).toBe(true);
  });

  it('removes the marker of the last stop', async () => {
    mkdirSync(inHome('.amp-module/agentapi'));
    writeFileSync(inHome('.amp-module/agentapi/stopping'), '');
    await start();
    expect(existsSync(inHome('.amp-module/agentapi/stopping'))).toBe(false);
  });

  it.each([
    ['uses unset variables', 'echo "$THIS_IS_NOT_SET"; false'],
    ['exits', 'exit 0'],
    ['becomes another shell', 'exec sleep 0'],
    ['sets options', 'set -euo pipefail; shopt -s failglob'],
    ['redefines commands', 'cd() { builtin cd "$@"; [[ -d .git ]]; }'],
    ['changes folder', 'cd /'],
    ['waits for somebody', 'read -r answer; sleep 1000'],
    ['leaves something running', '(while sleep 15; do :; done) &'],
    ['leaves something running and waits', '(while sleep 15; do :; done) & sleep 1000'],
    ['exports our own variables', 'export AMP_MODULE_WORKDIR=/stolen AMP_MODULE_PORT=1'],
  ])('copes with a profile that %s', async (_name, profile) => {
    writeFileSync(inHome('.bashrc'), `${profile}\n`);
    expect((await start()).exitCode).toBe(7);
    expect(words('agentapi-args').join(' ')).toContain('--port 3284');
    expect(words('agentapi-args').join(' ')).toContain('-- amp threads continue T-1');
    expect(read('session-calls')).toContain('settle');
  });

  it.each(['(while sleep 15; do :; done) &', '(while sleep 15; do :; done) & sleep 1000', 'sleep 1000'])(
    "copes with it under busybox's timeout too: %s",
    async (profile) => {
      rmSync(join(machine.bin, '../tools/timeout'));
      symlinkSync('/usr/bin/busybox', join(machine.bin, '../tools/timeout'));
      writeFileSync(inHome('.bashrc'), `${profile}\n`);
      expect((await start()).exitCode).toBe(7);
      expect(words('agentapi-args').join(' ')).toContain('-- amp threads continue T-1');
    },
  );

  it('skips a profile that never finishes, entirely, and says so', async () => {
    writeFileSync(inHome('.bashrc'), 'export TOKEN_OF_MINE=abc\nsleep 1000\n');
    makeProgram(join(machine.bin, 'agentapi'), 'echo "seen: ${TOKEN_OF_MINE:-}" >"$HOME/seen"');
    const run = await start();
    expect(run.all).toContain('.bashrc exits, or takes longer than 3 s: its exports are ignored.');
    expect(read('seen')).toBe('seen: \n');
  });

  it('adopts what a profile exports', async () => {
    writeFileSync(inHome('.bashrc'), `export TOKEN_OF_MINE='a b\nc' PATH="$HOME/mine:$PATH"\n`);
    makeProgram(join(machine.bin, 'agentapi'), 'printf %s "$TOKEN_OF_MINE|$PATH" >"$HOME/seen"');
    await start();
    expect(read('seen')).toMatch(/^a b\nc\|.*\/mine:/s);
  });

  it("passes the workspace's umask on to the agent", async () => {
    makeProgram(join(machine.bin, 'agentapi'), 'umask >"$HOME/umask-before"; touch made');
    const umask = (await execa('bash', ['-c', 'umask'])).stdout;
    await start();
    expect(read('umask-before').trim()).toBe(umask);
  });

  it('carries on when settle itself fails', async () => {
    session('none\\0chat\\0end\\0', '[[ $(wc -l <"$HOME/runs") -lt 2 ]] && exit 1; exit 3');
    await start();
    expect(read('runs')).toBe('run\nrun\n');
  });

  it('hides the chat from AgentAPI where the plan says so, for that run only', async () => {
    session('none\\0no-chat\\0end\\0', '[[ $(wc -l <"$HOME/runs") -lt 2 ]] || exit 3');
    await start({ AGENTAPI_STATE_FILE: '/state.json' });
    session('none\\0chat\\0end\\0');
    await start({ AGENTAPI_STATE_FILE: '/state.json' });
    expect(read('agentapi-env')).toBe('state=none\nstate=none\nstate=/state.json\n');
  });

  it('I7: passes every byte of prompt, path and options through', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 }).map((value) => value.replaceAll('\0', ''));
    const nasty = fc.constantFrom(
      `a'b"c`,
      '$(touch pwned)',
      '`id`',
      '-n',
      '\\',
      '!$&;|<>*?',
      'line\nline\n',
      '🙂',
      ' ',
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(nasty, text), fc.stringMatching(/^[^/\0]{1,20}$/), async (prompt, folder) => {
        await start({ AMP_MODULE_WORKDIR: inHome(`w${folder}`) }, prompt, [prompt]);
        expect(read('prompt-typed')).toBe(Buffer.from(prompt).toString());
        expect(read('prompt-seen')).toBe(Buffer.from(prompt).toString());
        expect(words('agentapi-args')).toContain(Buffer.from(prompt).toString());
        expect(existsSync(inHome(`w${folder}`))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});
