import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { placeNoBundle } from '../support/bundle.ts';
import { temporaryFolder } from '../support/folders.ts';
import { linesIn } from '../support/lines.ts';
import { installsNothing, scriptVariables } from '../support/module-variables.ts';
import { makeProgram, makeScriptHome, runScript, type ScriptHome } from '../support/script.ts';

const INSTALL = {
  ...installsNothing('.amp'),
  AMP_MODULE_SYNC_NAME: 'amp-install_script',
  AMP_MODULE_START_SYNC_NAME: 'amp-start_script',
  AMP_MODULE_WAIT_FOR: '',
};
const WAIT = { ...INSTALL, AMP_MODULE_WAIT_FOR: 'git-clone-main\ndotfiles' };

let machine: ScriptHome;
const read = (name: string) =>
  existsSync(join(machine.home, name)) ? readFileSync(join(machine.home, name), 'utf8') : '';
/** What happened, in order. */
const order = () => linesIn(join(machine.home, 'order'));

/** Coder's command: records how it is called, and fails for arguments that match a pattern. */
const coder = (fails = '') =>
  makeProgram(
    join(machine.bin, 'coder'),
    `echo "coder $*" >>"$HOME/order"; case "$*" in ${fails || 'nothing'}) echo no >&2; exit 1 ;; esac`,
  );

beforeEach(() => {
  machine = makeScriptHome(temporaryFolder());
  for (const name of ['bin', 'bundle']) mkdirSync(join(machine.home, '.amp', name), { recursive: true });
  makeProgram(
    join(machine.home, '.amp/bin/amp-session'),
    `echo "amp-session $*" >>"$HOME/order"; [[ $1 != prepare ]] || printf 'none\\0chat\\0end\\0'; [[ $1 != settle ]] || exit 3`,
  );
  placeNoBundle(join(machine.home, '.amp'), 'none');
});

/** Waits until a step was reported as done. */
const completed = (name: string) => expect.poll(order).toContain(`coder exp sync complete ${name}`);

describe('with other scripts of the workspace', () => {
  it('reports when Amp is installed, and waits for nothing when no names are given', async () => {
    coder();
    await runScript('install.sh', machine, INSTALL);
    await completed('amp-install_script');
    expect(order()).toEqual([
      'amp-session configure',
      'coder exp sync start amp-install_script',
      'coder exp sync complete amp-install_script',
    ]);
  });

  it('waits for the scripts that the agent must start after, once everything else is done', async () => {
    coder();
    const { all, exitCode } = await runScript('install.sh', machine, WAIT);
    await completed('amp-install_script');
    expect(order().filter((line) => !line.endsWith('amp-install_script'))).toEqual([
      'amp-session configure',
      'coder exp sync want amp-start_script git-clone-main dotfiles',
      'coder exp sync start --timeout 10m amp-start_script',
    ]);
    expect(all).toContain(
      'Waiting for git-clone-main dotfiles, for at most 10 minutes…\nThey have finished.',
    );
    expect(exitCode).toBe(0);
  });

  it.each([
    ['were not done in time', '*--timeout*'],
    ["are unknown to Coder's agent", '*want*'],
  ])('starts the agent anyway when they %s', async (_name, fails) => {
    coder(fails);
    const { all, exitCode } = await runScript('install.sh', machine, WAIT);
    expect(all).toContain(
      "These scripts haven't finished, or Coder's agent can't say whether they have. The agent starts anyway.",
    );
    expect(exitCode).toBe(0);
  });

  it("waits first, and logs elsewhere, where upstream's module installs Amp", async () => {
    coder();
    await runScript('install.sh', machine, { ...WAIT, AMP_MODULE_BESIDE: '-session' });
    expect(order().slice(0, 3)).toEqual([
      'coder exp sync want amp-start_script git-clone-main dotfiles',
      'coder exp sync start --timeout 10m amp-start_script',
      'amp-session configure',
    ]);
    expect(readdirSync(join(machine.home, '.amp/logs')).sort()).toEqual([
      'agentapi-start-session.log',
      'install-session.log',
    ]);
  });

  it('reports each of several names', async () => {
    coder();
    await runScript('install.sh', machine, { ...INSTALL, AMP_MODULE_SYNC_NAME: 'amp-pre\namp-install' });
    await completed('amp-install');
    expect(order().filter((line) => line.includes('complete'))).toEqual([
      'coder exp sync complete amp-pre',
      'coder exp sync complete amp-install',
    ]);
  });

  it('does not wait without the coder command, and says so', async () => {
    const { all } = await runScript('install.sh', machine, WAIT);
    expect(all).toContain(
      'The coder command was not found: the agent does not wait for git-clone-main dotfiles.',
    );
  });

  it('reports that the agent is starting, once, before it ends', async () => {
    coder();
    makeProgram(
      join(machine.bin, 'agentapi'),
      'until [[ $(<"$HOME/order") == *complete* ]]; do sleep 0.1; done; echo agent >>"$HOME/order"',
    );
    const before = 'AMP_MODULE_OPTION_WORDS=()';
    const variables = {
      ...scriptVariables('.amp'),
      AMP_MODULE_WORKDIR: machine.home,
      AMP_MODULE_PROMPT: '',
      AMP_MODULE_SYNC_NAME: 'amp-start_script',
    };
    await runScript('start.sh', machine, variables, { before });
    expect(order()).toEqual([
      'amp-session prepare',
      'coder exp sync start amp-start_script',
      'coder exp sync complete amp-start_script',
      'agent',
      expect.stringMatching(/^amp-session settle/),
    ]);
  });

  it('reports it on failure, too', async () => {
    coder();
    const { exitCode } = await runScript('place.sh', machine, {
      ...scriptVariables('.amp'),
      AMP_MODULE_BUNDLE: 'no base64',
      AMP_MODULE_LAUNCHER: '',
      AMP_MODULE_BUNDLE_SHA256: 'other',
      AMP_MODULE_SYNC_NAME: 'amp-place_script',
    });
    expect(exitCode).not.toBe(0);
    await completed('amp-place_script');
  });
});

describe('logs', () => {
  it.each([
    ['.amp/agentapi', 'install.log', 'agentapi-start.log'],
    ['.amp/agentapi-review', 'install-review.log', 'agentapi-start-review.log'],
    ['.elsewhere', 'install-elsewhere.log', 'agentapi-start-elsewhere.log'],
  ])("in AgentAPI's folder %s are reachable from the state folder", async (folder, install, start) => {
    mkdirSync(join(machine.home, folder), { recursive: true });
    await runScript('install.sh', machine, { ...INSTALL, AMP_MODULE_AGENTAPI_DIR: folder });
    makeProgram(join(machine.home, folder, 'install.log'), 'installed');
    makeProgram(join(machine.home, folder, 'agentapi-start.log'), 'started');
    expect(read(`.amp/logs/${install}`)).toContain('installed');
    expect(read(`.amp/logs/${start}`)).toContain('started');
  });
});
