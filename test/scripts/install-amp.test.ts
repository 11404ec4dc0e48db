import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { startDownloads } from '../support/downloads.ts';
import { temporaryFolder } from '../support/folders.ts';
import {
  asOrdinaryUser,
  makeProgram,
  makeScriptHome,
  runScript,
  type ScriptHome,
} from '../support/script.ts';

const VARIABLES = {
  AMP_MODULE_STATE_DIR: '.amp',
  AMP_MODULE_AGENTAPI_DIR: '.amp/agentapi',
  AMP_MODULE_BUNDLE_SHA256: 'none',
  AMP_MODULE_PERSISTENCE: 'true',
  AMP_MODULE_INSTALL_AGENTAPI: 'false',
  AMP_MODULE_AGENTAPI_VERSION: 'v0.12.1',
  AMP_MODULE_AGENTAPI_URL: '',
  AMP_MODULE_INSTALL_AMP: 'true',
  AMP_MODULE_INSTALL_VIA_NPM: 'false',
  AMP_MODULE_AMP_VERSION: '',
  AMP_MODULE_AMP_INSTALL_URL: 'https://ampcode.com/install.sh',
  AMP_MODULE_NPM_REGISTRY: '',
};
const NEW = '0.0.1790142911-g7618fb';
const OLD = '0.0.1774569934-g39e3ec';

/** The scope in which PIDs are valid, as the locks name it (shim/system/machine.ts). */
const BOOT = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
const NAMESPACE = readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');
const HOST = hostname()
  .replace(/[^a-zA-Z0-9_-]/g, '_')
  .slice(0, 64);
const MACHINE = `${BOOT}.${NAMESPACE}.${HOST}`;

/** What npm leaves behind when it can't get the platform's package but still exits with 0. */
const STUB =
  'mkdir -p "$HOME/.npm-global/bin"; printf "#!/bin/sh\\nexit 1\\n" >"$HOME/.npm-global/bin/new"; chmod 755 "$HOME/.npm-global/bin/new"; mv "$HOME/.npm-global/bin/new" "$HOME/.npm-global/bin/amp"';

let machine: ScriptHome;
const install = (change: Record<string, string> = {}, options: Parameters<typeof runScript>[3] = {}) =>
  runScript('install.sh', machine, { ...VARIABLES, ...change }, options);
const calls = () =>
  existsSync(join(machine.home, 'calls')) ? readFileSync(join(machine.home, 'calls'), 'utf8') : '';

/** A program that records its call and may do more. */
function program(name: string, more = ''): void {
  makeProgram(join(machine.bin, name), `echo "${name} $*" >>"$HOME/calls"\n${more}`);
}

/** Serves an installer. @returns its address */
const installer = async (text: string) =>
  (await startDownloads((_, response) => response.end(`#!/usr/bin/env bash\n${text}\n`))).url;

/** Source of a program that creates an `amp` of some version. */
const makesAmp = (folder: string, version: string) =>
  `mkdir -p "${folder}"; printf '#!/usr/bin/env bash\\necho amp "$@" >>"$HOME/calls"\\necho "${version} (released today)"\\n' >"${folder}/new"; chmod 755 "${folder}/new"; mv "${folder}/new" "${folder}/amp"`;

beforeEach(() => {
  machine = makeScriptHome(temporaryFolder());
  // Stands in for the bundle's launcher: install.sh only calls `configure` on it.
  mkdirSync(join(machine.home, '.amp/bin'), { recursive: true });
  mkdirSync(join(machine.home, '.amp/bundle'));
  makeProgram(join(machine.home, '.amp/bin/amp-session'), 'echo "amp-session $*" >>"$HOME/calls"');
  makeProgram(join(machine.home, '.amp/bundle/none.mjs'), 'true');
});

describe('install.sh', () => {
  it('downloads nothing when the wanted version is installed, and does not query it twice', async () => {
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

  it("runs the installer for a missing version, as an ordinary user, and puts amp on the terminals' PATH", async () => {
    const url = await installer(makesAmp('$HOME/.local/bin', `'"$AMP_VERSION"'`));
    const wrapper = asOrdinaryUser(join(machine.home, '..'));
    const run = await install({ AMP_MODULE_AMP_INSTALL_URL: url, AMP_MODULE_AMP_VERSION: NEW }, { wrapper });
    expect(run.all).toContain(`Amp ${NEW} is installed.`);
    expect(readFileSync(join(machine.home, 'script-bin/amp'), 'utf8')).toContain(NEW);
    expect(existsSync(join(machine.home, '.bashrc'))).toBe(false);
    expect(readdirSync(join(machine.home, '.amp')).filter((name) => name.includes('installer'))).toEqual([]);
  });

  it('downloads it from ampcode.com unless told otherwise', async () => {
    program('curl', 'exit 6');
    await install();
    expect(calls()).toMatch(/^curl .* -- https:\/\/ampcode\.com\/install\.sh$/m);
  });

  it.each([
    [NEW, '@ampcode/cli'],
    [OLD, '@sourcegraph/amp'],
    ['', '@ampcode/cli'],
  ])(
    "installs version %j from the npm package %s, in the home and without touching npm's settings",
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

  it('downloads npm packages from the configured registry', async () => {
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

  it('does not accept an executable that only prints an error as an installed Amp', async () => {
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

  it('installs nothing when told not to', async () => {
    program('curl');
    const run = await install({ AMP_MODULE_INSTALL_AMP: 'false', AMP_MODULE_AMP_VERSION: NEW });
    expect(run.all).toContain(`Amp ${NEW} is not installed, and install_amp is false. Found: none.`);
    expect(calls()).not.toContain('curl');
  });

  it('queries a changed executable again', async () => {
    program('amp', `echo "${OLD} (released long ago)"`);
    await install();
    rmSync(join(machine.bin, 'amp'));
    program('amp', `echo "${NEW} (released today)"`);
    expect((await install()).all).toContain(`Amp ${NEW} is installed.`);
  });

  describe('with other instances at the same time', () => {
    const locks = () => readdirSync(join(machine.home, '.amp')).filter((name) => name.includes('lock'));

    it.each([
      ['a free folder', undefined],
      ['the lock of a dead process', `4194304.1.${MACHINE}`],
      ['the lock of a process whose number is another one now', `1.0.${MACHINE}`],
    ])('installs once and configures one after the other, from %s', async (_name, stale) => {
      if (stale !== undefined) symlinkSync(stale, join(machine.home, '.amp/install.lock'));
      program('npm', makesAmp('$HOME/.npm-global/bin', NEW));
      makeProgram(
        join(machine.home, '.amp/bin/amp-session'),
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

    it('carries on where no lock can be made', async () => {
      makeProgram(join(machine.bin, 'ln'), 'exit 1');
      const run = await install({ AMP_MODULE_INSTALL_AMP: 'false' });
      expect(run.all).toContain('install_amp is false');
      expect(calls()).toContain('amp-session configure');
    });

    it.each([
      ['gives one of another container ten seconds', `${process.pid}.1.${BOOT}.1.${HOST}`, 20],
      ['gives one of another host ten seconds', `${process.pid}.1.another-boot.1.another-host`, 20],
      ['gives one of an earlier boot no time', `${process.pid}.1.another-boot.${NAMESPACE}.${HOST}`, 0],
    ])('%s', async (_name, owner, sleeps) => {
      symlinkSync(owner, join(machine.home, '.amp/install.lock'));
      makeProgram(join(machine.bin, 'sleep'), 'echo "sleep $*" >>"$HOME/calls"');
      const run = await install({ AMP_MODULE_INSTALL_AMP: 'false' });
      expect(run.all.includes('Waiting for another instance to install')).toBe(sleeps > 0);
      expect(calls().match(/^sleep 0\.5$/gm) ?? []).toHaveLength(sleeps);
      expect(calls()).toContain('amp-session configure');
      expect(locks()).toEqual([]);
    });
  });
});

describe('when the wanted Amp is unavailable', () => {
  const npm = { AMP_MODULE_INSTALL_VIA_NPM: 'true' };
  const cases: readonly (readonly [string, RequestListener | string, string])[] = [
    ['404', (_, response) => response.writeHead(404).end(), 'answered with HTTP status 404.'],
    [
      'a page of a proxy',
      (_, response) => response.end('\n<html>touch pwned</html>'),
      'answered with a web page',
    ],
    ['a closed connection', (request) => request.socket.destroy(), "can't be downloaded (curl: (52)"],
    [
      'an installer that fails',
      (_, response) => response.end('exit 3\n'),
      'exited with status 3; see its output above',
    ],
    [
      'an installer that does nothing',
      (_, response) => response.end('#!/bin/sh\n'),
      'after its installer ran, ',
    ],
    ['npm that fails', 'echo "npm error ETIMEDOUT"; exit 1', 'exited with status 1; see its output above.'],
    ['npm that leaves a stub', STUB, 'after its installer ran, no Amp that runs here was found.'],
  ];
  /** Runs install.sh with that installer, or that npm. */
  const installWith = async (answer: RequestListener | string) => {
    if (typeof answer === 'string') {
      program('npm', answer);
      return install({ AMP_MODULE_AMP_VERSION: NEW, ...npm });
    }
    const { url } = await startDownloads(answer);
    return install({ AMP_MODULE_AMP_VERSION: NEW, AMP_MODULE_AMP_INSTALL_URL: url });
  };

  it.each(cases)(
    '%s, with none installed: says why and what to do, and merges the settings',
    async (_name, answer, why) => {
      const { all } = await installWith(answer);
      expect(all).toMatch(new RegExp(`Amp ${NEW} can't be installed: .*set install_amp to false\\.`));
      expect(all).toContain(why);
      expect(calls()).toContain('amp-session configure');
      expect(existsSync(join(machine.home, 'pwned'))).toBe(false);
    },
  );

  it.each(cases)('%s, with another one installed: that one runs', async (_name, answer, why) => {
    program('npm', makesAmp('$HOME/.npm-global/bin', OLD));
    await install({ AMP_MODULE_AMP_VERSION: OLD, ...npm });
    const { all } = await installWith(answer);
    expect(all).toContain(why);
    expect(all).toContain(`Amp ${OLD} runs instead.`);
    expect(readFileSync(join(machine.home, 'script-bin/amp'), 'utf8')).toContain(OLD);

    // It also runs at the next start, which tries again.
    rmSync(join(machine.home, 'script-bin/amp'));
    expect((await installWith(answer)).all).toContain(`Amp ${OLD} runs instead.`);
    expect(readFileSync(join(machine.home, 'script-bin/amp'), 'utf8')).toContain(OLD);

    // The one kept is replaced by the wanted version.
    rmSync(join(machine.home, 'script-bin/amp'));
    program('npm', makesAmp('$HOME/.npm-global/bin', NEW));
    await install({ AMP_MODULE_AMP_VERSION: NEW, ...npm });
    expect(readFileSync(join(machine.home, 'script-bin/amp'), 'utf8')).toContain(NEW);
    expect(existsSync(join(machine.home, '.amp/fallback'))).toBe(false);
  });

  it('says so when npm is needed and missing', async () => {
    const run = await install(npm);
    expect(run.all).toContain('install_via_npm is set, but npm is not installed. Add Node.js to the image.');
  });

  it('names the version installed by an installer that offers only one', async () => {
    const url = await installer(makesAmp('$HOME/.local/bin', OLD));
    const { all } = await install({ AMP_MODULE_AMP_VERSION: NEW, AMP_MODULE_AMP_INSTALL_URL: url });
    expect(all).toContain(
      `after its installer ran, the installed version was ${OLD}. Amp ${OLD} runs instead.`,
    );
  });
});
