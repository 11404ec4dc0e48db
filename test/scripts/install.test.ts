import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/folders.ts';
import { makeProgram, makeScriptHome, runScript, type ScriptHome } from '../support/script.ts';

const VARIABLES = {
  AMP_MODULE_STATE_DIR: '.amp-module',
  AMP_MODULE_BUNDLE_SHA256: 'none',
  AMP_MODULE_INSTALL_AMP: 'true',
  AMP_MODULE_INSTALL_VIA_NPM: 'false',
  AMP_MODULE_AMP_VERSION: '',
  AMP_MODULE_AMP_INSTALL_URL: 'https://ampcode.com/install.sh',
  AMP_MODULE_NPM_REGISTRY: '',
  AMP_MODULE_AWAIT_AGENTAPI: 'false',
};
const NEW = '0.0.1790142911-g7618fb';
const OLD = '0.0.1774569934-g39e3ec';

let machine: ScriptHome;
const install = (change: Record<string, string> = {}) =>
  runScript('install.sh', machine, { ...VARIABLES, ...change });
const calls = () =>
  existsSync(join(machine.home, 'calls')) ? readFileSync(join(machine.home, 'calls'), 'utf8') : '';

/** A program that notes its call and may do more. */
function program(name: string, more = ''): void {
  makeProgram(join(machine.bin, name), `echo "${name} $*" >>"$HOME/calls"\n${more}`);
}

/** Text of a program that makes an `amp` of some version. */
const makesAmp = (folder: string, version: string) =>
  `mkdir -p "${folder}"; printf '#!/usr/bin/env bash\\necho amp "$@" >>"$HOME/calls"\\necho "${version} (released today)"\\n' >"${folder}/amp"; chmod 755 "${folder}/amp"`;

beforeEach(() => {
  machine = makeScriptHome(temporaryFolder());
  mkdirSync(join(machine.home, 'script-bin'));
  // Stands in for the bundle's launcher: what install.sh does with it is to call `configure`.
  mkdirSync(join(machine.home, '.amp-module/bin'), { recursive: true });
  mkdirSync(join(machine.home, '.amp-module/bundle'));
  makeProgram(join(machine.home, '.amp-module/bin/amp-session'), 'echo "amp-session $*" >>"$HOME/calls"');
  makeProgram(join(machine.home, '.amp-module/bundle/none.mjs'), 'true');
});

describe('install.sh', () => {
  it('downloads nothing when the wanted version is there, and does not ask it twice', async () => {
    program('amp', `echo "${NEW} (released today)"`);
    program('curl');
    program('npm');
    const first = await install({ AMP_MODULE_AMP_VERSION: NEW });
    expect(first.all).toContain(`Amp ${NEW} is installed.`);
    await install({ AMP_MODULE_AMP_VERSION: NEW });
    expect(calls().split('\n')).toEqual([
      'amp --version',
      'amp-session configure',
      'amp-session configure',
      '',
    ]);
  });

  it("runs the official installer for a version that isn't there, and puts amp on the terminals' PATH", async () => {
    program('curl', `cat <<'E'\n${makesAmp('$HOME/.local/bin', `'"$AMP_VERSION"'`)}\nE`);
    const run = await install({ AMP_MODULE_AMP_VERSION: NEW });
    expect(run.all).toContain(`Amp ${NEW} is installed.`);
    expect(calls()).toContain('https://ampcode.com/install.sh');
    expect(readFileSync(join(machine.home, 'script-bin/amp'), 'utf8')).toContain(NEW);
    expect(existsSync(join(machine.home, '.bashrc'))).toBe(false);
  });

  it.each([
    [NEW, '@ampcode/cli'],
    [OLD, '@sourcegraph/amp'],
    ['', '@ampcode/cli'],
  ])(
    'takes version %j from the npm package %s, in the home and without a change of npm settings',
    async (version, name) => {
      program('npm', makesAmp('$HOME/.npm-global/bin', version || NEW));
      const run = await install({ AMP_MODULE_AMP_VERSION: version, AMP_MODULE_INSTALL_VIA_NPM: 'true' });
      const npm = calls()
        .split('\n')
        .filter((line) => line.startsWith('npm'));
      expect(npm).toEqual([
        `npm install --global --prefix ${machine.home}/.npm-global ${name}@${version || 'latest'}`,
      ]);
      expect(run.all).toContain(`Amp ${version || NEW} is installed.`);
    },
  );

  it('downloads the installer, and npm packages, from where it is told', async () => {
    program('curl', `cat <<'E'\n${makesAmp('$HOME/.local/bin', OLD)}\nE`);
    await install({ AMP_MODULE_AMP_INSTALL_URL: 'https://mirror.example/it%27s.sh' });
    expect(calls()).toMatch(/^curl .* -- https:\/\/mirror\.example\/it%27s\.sh$/m);
    program('npm', makesAmp('$HOME/.npm-global/bin', NEW));
    await install({
      AMP_MODULE_AMP_VERSION: NEW,
      AMP_MODULE_INSTALL_VIA_NPM: 'true',
      AMP_MODULE_NPM_REGISTRY: 'https://npm.example/',
    });
    expect(calls()).toContain(
      `npm install --global --prefix ${machine.home}/.npm-global --registry https://npm.example/ @ampcode/cli@${NEW}\n`,
    );
  });

  it('does not take an executable that only prints an error for an installed Amp', async () => {
    program('amp', 'echo "Error: Amp native binary not installed." >&2; exit 1');
    program('npm', makesAmp('$HOME/.npm-global/bin', NEW));
    const run = await install({ AMP_MODULE_INSTALL_VIA_NPM: 'true' });
    expect(run.all).toContain(`Amp ${NEW} is installed.`);
  });

  it('replaces another version', async () => {
    program('amp', `echo "${OLD} (released long ago)"`);
    program('npm', makesAmp('$HOME/.npm-global/bin', NEW));
    const run = await install({ AMP_MODULE_AMP_VERSION: NEW, AMP_MODULE_INSTALL_VIA_NPM: 'true' });
    expect(run.all).toContain(`Installing Amp ${NEW} in place of ${OLD}`);
    expect(run.all).toContain(`Amp ${NEW} is installed.`);
  });

  it('says what to do when the installer fails, and merges the settings all the same', async () => {
    program('curl', 'echo "curl: (6) Could not resolve host" >&2; exit 6');
    const run = await install();
    expect(run.all).toContain('Amp could not be installed');
    expect(run.all).toContain('set install_via_npm');
    expect(calls()).toContain('amp-session configure');
  });

  it('installs nothing when told not to', async () => {
    program('curl');
    const run = await install({ AMP_MODULE_INSTALL_AMP: 'false', AMP_MODULE_AMP_VERSION: NEW });
    expect(run.all).toContain(`Amp ${NEW} is not installed, and install_amp is false. Found: none.`);
    expect(calls()).not.toContain('curl');
  });

  it('says so when npm is wanted and missing', async () => {
    const run = await install({ AMP_MODULE_INSTALL_VIA_NPM: 'true' });
    expect(run.all).toContain('install_via_npm is set and there is no npm');
  });

  it('asks a changed executable again', async () => {
    program('amp', `echo "${OLD} (released long ago)"`);
    await install();
    rmSync(join(machine.bin, 'amp'));
    program('amp', `echo "${NEW} (released today)"`);
    expect((await install()).all).toContain(`Amp ${NEW} is installed.`);
  });

  describe('with other instances at the same time', () => {
    const locks = () =>
      readdirSync(join(machine.home, '.amp-module')).filter((name) => name.includes('lock'));

    it.each([
      ['a free folder', undefined],
      ['the lock of a dead process', '4194304.1'],
      ['the lock of a process whose number is another one now', '1.0'],
    ])('installs once and configures one after the other, from %s', async (_name, stale) => {
      if (stale !== undefined) symlinkSync(stale, join(machine.home, '.amp-module/install.lock'));
      program('npm', makesAmp('$HOME/.npm-global/bin', NEW));
      makeProgram(
        join(machine.home, '.amp-module/bin/amp-session'),
        'echo begin >>"$HOME/order"; sleep 0.1; echo end >>"$HOME/order"',
      );
      const runs = await Promise.all(
        Array.from({ length: 6 }, () => install({ AMP_MODULE_INSTALL_VIA_NPM: 'true' })),
      );
      expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0, 0, 0]);
      expect(calls().match(/^npm install/gm)).toHaveLength(1);
      expect(readFileSync(join(machine.home, 'order'), 'utf8')).toBe('begin\nend\n'.repeat(6));
      expect(locks()).toEqual([]);
    });

    it('goes on where no lock can be made', async () => {
      makeProgram(join(machine.bin, 'ln'), 'exit 1');
      const run = await install({ AMP_MODULE_INSTALL_AMP: 'false' });
      expect(run.all).toContain('install_amp is false');
      expect(calls()).toContain('amp-session configure');
    });

    it('waits for the AgentAPI that another instance installs, and keeps nobody waiting meanwhile', async () => {
      const arrival = join(machine.bin, 'agentapi');
      program('amp', `echo "${NEW} (released today)"`);
      const waiting = install({ AMP_MODULE_AWAIT_AGENTAPI: 'true' });
      await expect.poll(calls).toContain('amp-session configure');
      // The other instance's own script, which installs AgentAPI when it is through.
      expect((await install()).exitCode).toBe(0);
      makeProgram(arrival, 'true');
      expect((await waiting).exitCode).toBe(0);
      expect(locks()).toEqual([]);
    });
  });
});
