import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { typedPrompt } from '../../shim/agentapi/typed.ts';
import { identifyProcess } from '../../shim/system/processes.ts';
import { startDownloads } from '../support/downloads.ts';
import { makeProgram } from '../support/script.ts';
import { useStartScript } from '../support/scripts/start.ts';

const start = useStartScript();

describe('start.sh', () => {
  it('runs AgentAPI as the plan says, in the work folder, and exits with its status', async () => {
    const run = await start().run();
    expect(run.exitCode).toBe(7);
    expect(start().words('agentapi-args').join(' ')).toBe(
      'server --type amp --port 3284 --term-width 67 --term-height 1190 -- amp threads continue T-1',
    );
    expect(existsSync(start().inHome('project'))).toBe(true);
    expect(start().read('session-calls').split('\n')).toEqual([
      'prepare',
      expect.stringMatching(/^settle 7 \d+$/),
      '',
    ]);
  });

  it('has the prompt typed once the thread is open when the plan says so, and none of it at the start', async () => {
    start().session('send\\0chat\\0terminal=own\\0typed\\0threads\\0continue\\0T-1\\0end\\0');
    // AgentAPI lives until the prompt has been typed into it.
    start().agentapi(
      `cat >"$HOME/prompt-typed"; until [[ -s $HOME/delivered ]]; do sleep 0.05; done; exit 7`,
    );
    const run = await start().run({}, 'fix $(it)\n');
    expect(run.exitCode).toBe(7);
    expect(start().read('delivered')).toBe('fix $(it)\n');
    expect(start().read('prompt-typed')).toBe('');
  });

  it('ends the process waiting to type the prompt when AgentAPI has ended', async () => {
    start().session('send\\0chat\\0terminal=own\\0typed\\0threads\\0continue\\0T-1\\0end\\0', 'exit 3', {
      deliver: 'echo $$ >"$HOME/deliverer"; exec sleep 1000',
    });
    start().agentapi(`until [[ -s $HOME/deliverer ]]; do sleep 0.05; done; exit 7`);
    const run = await start().run({}, 'fix it');
    expect(run.exitCode).toBe(7);
    expect(run.stderr).not.toContain('Terminated');
    await expect.poll(() => identifyProcess(Number(start().read('deliverer')))).toBeNull();
  });

  it("puts the boundary and Amp's options in front", async () => {
    const options = ['--mode', 'low', '--label', "it's $(id)"];
    await start().run({ AGENTAPI_BOUNDARY_PREFIX: '/opt/bound ary.sh' }, '', options);
    const args = start().words('agentapi-args');
    expect(args.slice(args.indexOf('--') + 1)).toEqual([
      '/opt/bound ary.sh',
      'amp',
      ...options,
      'threads',
      'continue',
      'T-1',
    ]);
    // What amp-session's own Amp gets too.
    expect(start().read('firewall')).toBe('/opt/bound ary.sh');
  });

  it('puts the firewall in front, with the home folder for a literal $HOME', async () => {
    await start().run({ AMP_MODULE_FIREWALL: '$HOME/fire wall.sh\n--config=$HOME/a & $b.yaml\n--' });
    const firewall = [start().inHome('fire wall.sh'), `--config=${start().inHome('a & $b.yaml')}`, '--'];
    const args = start().words('agentapi-args');
    expect(args.slice(args.indexOf('--') + 1)).toEqual([...firewall, 'amp', 'threads', 'continue', 'T-1']);
    expect(start().read('firewall')).toBe(firewall.join('\n'));
  });

  it('puts nothing in front where no firewall is wanted', async () => {
    await start().run({ AMP_MODULE_FIREWALL: '' });
    const args = start().words('agentapi-args');
    expect(args.slice(args.indexOf('--') + 1)).toEqual(['amp', 'threads', 'continue', 'T-1']);
    expect(start().read('firewall')).toBe('');
  });

  it("keeps from the agent what amp-session's own commands need", async () => {
    start().agentapi('env >"$HOME/agentapi-env"');
    await start().run();
    expect(start().read('agentapi-env')).toContain('AMP_MODULE_WORKDIR=');
    expect(start().read('agentapi-env')).not.toMatch(/^AMP_MODULE_RUN/m);
  });

  it('says that its port is taken, in one line, and whom that may be', async () => {
    const { port, close } = await startDownloads(() => {});
    const said = async (variables: Record<string, string>) => (await start().run(variables)).all;
    expect(await said({ AMP_MODULE_PORT: String(port) })).toContain(
      `Something already listens on port ${port}, where AgentAPI is to: a second instance of the module needs an agentapi_port of its own.`,
    );
    close();
    expect(await said({ AMP_MODULE_PORT: String(port) })).not.toContain('already listens');
  });

  it('works in the home folder where the template names none', async () => {
    start().agentapi('pwd >"$HOME/agentapi-folder"');
    await start().run({ AMP_MODULE_WORKDIR: '' });
    expect(start().read('agentapi-folder')).toBe(
      `${start()
        .inHome('.')
        .replace(/\/\.?$/, '')}\n`,
    );
  });

  it("gives the agent the plan's terminal identity, and none from the person who started it", async () => {
    start().session('none\\0chat\\0terminal=amp-session-1\\0threads\\0continue\\0T-1\\0end\\0');
    start().agentapi(
      `printf '%s\\0' "$@" >"$HOME/agentapi-args"; echo "$TERM_SESSION_ID|\${TMUX_PANE:-none}" >"$HOME/seen"`,
    );
    await start().run({ TMUX_PANE: '%1', TERM_SESSION_ID: 'mine' });
    expect(start().read('seen')).toBe('amp-session-1|none\n');
    expect(start().words('agentapi-args').slice(-4)).toEqual(['amp', 'threads', 'continue', 'T-1']);
  });

  it("gives the prompt to Amp's standard input, in the firewall, and to nothing else", async () => {
    makeProgram(start().inHome('wall.sh'), 'echo "$*" >"$HOME/wall"; exec "$@"');
    const firewall = { AMP_MODULE_FIREWALL: start().inHome('wall.sh'), BASH_ENV: start().inHome('none.sh') };
    await start().run(firewall, 'fix $(it)', ['--mode', 'low']);
    expect(start().read('prompt-given')).toBe('fix $(it)');
    expect(start().read('agentapi-prompt')).toBe('');
    expect(start().read('wall')).toBe('amp --mode low threads continue T-1\n');
    expect(start().words('agent-args')).toEqual(['amp', '--mode', 'low', 'threads', 'continue', 'T-1']);
    expect(start().words('agentapi-args').join(' ')).not.toContain('fix');
    // It is the agent's, and not for the shell in between.
    expect(start().read('agent-bash-env')).toBe(`${start().inHome('none.sh')}\n`);
  });

  it('starts the agent, too, if AgentAPI should not pass the prompt on', async () => {
    start().agentapi('exec 9<&-; while [[ $1 != -- ]]; do shift; done; "${@:2}"; exit 7');
    expect((await start().run({}, 'fix it')).exitCode).toBe(7);
    expect(start().words('agent-args')).toEqual(['amp', 'threads', 'continue', 'T-1']);
    expect(start().read('prompt-given')).toBe('');
  });

  it('passes nothing on when the plan says so, and AgentAPI is not left waiting', async () => {
    start().session('none\\0chat\\0threads\\0continue\\0T-1\\0end\\0');
    await start().run({}, 'fix it');
    expect(start().read('prompt-given')).toBe('');
    expect(start().read('prompt-seen')).toBe('fix it');
  });

  it("tells the shim the port set by AgentAPI's module, and finds it in the state folder", async () => {
    const state = join(start().machine.home, '..', 'data volume');
    start().session('none\\0chat\\0end\\0', 'echo "$AMP_MODULE_PORT" >"$HOME/port"; exit 3', { state });
    await start().run({ AMP_MODULE_STATE_DIR: state, AMP_MODULE_AGENTAPI_DIR: '.amp-module-review' }, '', []);
    expect(start().read('port')).toBe('3284\n');
    expect(start().read('runs')).toBe('run\n');
    expect(existsSync(start().inHome('.amp-module-review'))).toBe(true);
  });

  it('removes the marker of the last stop', async () => {
    mkdirSync(start().inHome('.amp-module/agentapi'));
    writeFileSync(start().inHome('.amp-module/agentapi/stopping'), '');
    await start().run();
    expect(existsSync(start().inHome('.amp-module/agentapi/stopping'))).toBe(false);
  });

  it("passes the workspace's umask on to the agent", async () => {
    start().agentapi('umask >"$HOME/umask-before"; touch made');
    const umask = (await execa('bash', ['-c', 'umask'])).stdout;
    await start().run();
    expect(start().read('umask-before').trim()).toBe(umask);
  });

  it('hides the chat from AgentAPI where the plan says so, for that run only', async () => {
    start().session('none\\0no-chat\\0end\\0', '[[ $(wc -l <"$HOME/runs") -lt 2 ]] || exit 3');
    await start().run({ AGENTAPI_STATE_FILE: '/state.json' });
    start().session('none\\0chat\\0end\\0');
    await start().run({ AGENTAPI_STATE_FILE: '/state.json' });
    expect(start().read('agentapi-env')).toBe('state=none\nstate=none\nstate=/state.json\n');
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
        await start().run({ AMP_MODULE_WORKDIR: start().inHome(`w${folder}`) }, prompt, [prompt]);
        const given = typedPrompt(prompt) === '' ? '' : prompt;
        expect(start().read('prompt-given')).toBe(Buffer.from(given).toString());
        expect(start().read('agentapi-prompt')).toBe('');
        expect(start().read('prompt-seen')).toBe(Buffer.from(prompt).toString());
        expect(start().words('agentapi-args')).toContain(Buffer.from(prompt).toString());
        expect(existsSync(start().inHome(`w${folder}`))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});
