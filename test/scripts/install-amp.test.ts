import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asOrdinaryUser, makeProgram } from '../support/script.ts';
import { installer, makesAmp, NEW, OLD, useAmpInstall } from '../support/scripts/install-amp.ts';

const install = useAmpInstall();

describe('install.sh', () => {
  it('downloads nothing when the wanted version is installed, and does not query it twice', async () => {
    install().program('amp', `echo "${NEW} (released today)"`);
    install().program('curl');
    install().program('npm');
    const first = await install().run({ AMP_MODULE_AMP_VERSION: NEW });
    expect(first.all).toContain(`Amp ${NEW} is installed.`);
    await install().run({ AMP_MODULE_AMP_VERSION: NEW });
    expect(install().calls().split('\n')).toEqual([
      'amp --version',
      'amp-session configure',
      'amp-session configure',
      '',
    ]);
  });

  it.each([
    ['only sets names', 'true'],
    ['also sets a trap and options', 'trap "exit 3" EXIT; set -u; exec 3>&1'],
  ])('takes from an nvm that %s where npm is, and no other name of it', async (_name, more) => {
    mkdirSync(install().inHome('.nvm'));
    makeProgram(
      install().inHome('.nvm/npm'),
      `echo "npm $*" >>"$HOME/calls"; ${makesAmp('$HOME/.npm-global/bin', NEW)}`,
    );
    writeFileSync(
      install().inHome('.nvm/nvm.sh'),
      `export PATH="$HOME/.nvm:$PATH" state=/nowhere stamp=/nowhere wanted=9 found=x hint=x reason=x lock=/nowhere me=x
echo() { :; }; printf() { builtin printf "$@"; }; amp_session() { exit 9; }; ${more}\n`,
    );
    const { all, exitCode } = await install().run({ AMP_MODULE_INSTALL_VIA_NPM: 'true' });
    expect(all).toContain(`Amp ${NEW} is installed.`);
    expect(exitCode).toBe(0);
    expect(install().calls()).toContain('npm install --global');
    expect(install().calls()).toContain('amp-session configure');
  });

  it("runs the installer for a missing version, as an ordinary user, and puts amp on the terminals' PATH", async () => {
    const url = await installer(makesAmp('$HOME/.local/bin', `'"$AMP_VERSION"'`));
    const wrapper = asOrdinaryUser(install().inHome('..'));
    const run = await install().run(
      { AMP_MODULE_AMP_INSTALL_URL: url, AMP_MODULE_AMP_VERSION: NEW },
      { wrapper },
    );
    expect(run.all).toContain(`Amp ${NEW} is installed.`);
    expect(readFileSync(install().inHome('script-bin/amp'), 'utf8')).toContain(NEW);
    expect(existsSync(install().inHome('.bashrc'))).toBe(false);
    expect(readdirSync(install().inHome('.amp')).filter((name) => name.includes('installer'))).toEqual([]);
  });

  it('downloads it from ampcode.com unless told otherwise', async () => {
    install().program('curl', 'exit 6');
    await install().run();
    expect(install().calls()).toMatch(/^curl .* -- https:\/\/ampcode\.com\/install\.sh$/m);
  });

  it.each([
    [NEW, '', `@ampcode/cli@${NEW}`],
    [OLD, '', `@sourcegraph/amp@${OLD}`],
    ['', '', '@ampcode/cli@latest'],
    [NEW, 'https://npm.example/', `--registry https://npm.example/ @ampcode/cli@${NEW}`],
  ])(
    "installs version %j with npm (registry: %j), in the home and without touching npm's settings: %s",
    async (version, registry, words) => {
      install().program('npm', makesAmp('$HOME/.npm-global/bin', version || NEW));
      const run = await install().run({
        AMP_MODULE_AMP_VERSION: version,
        AMP_MODULE_INSTALL_VIA_NPM: 'true',
        AMP_MODULE_NPM_REGISTRY: registry,
      });
      const npm = install()
        .calls()
        .split('\n')
        .filter((line) => line.startsWith('npm install'));
      expect(npm).toEqual([`npm install --global --prefix ${install().machine.home}/.npm-global ${words}`]);
      expect(run.all).toContain(`Amp ${version || NEW} is installed.`);
    },
  );

  it('does not accept an executable that only prints an error as an installed Amp', async () => {
    install().program('amp', 'echo "Error: Amp native binary not installed." >&2; exit 1');
    install().program('npm', makesAmp('$HOME/.npm-global/bin', NEW));
    const run = await install().run({ AMP_MODULE_INSTALL_VIA_NPM: 'true' });
    expect(run.all).toContain(`Amp ${NEW} is installed.`);
  });

  it.each([
    ['keeps a version that Amp updated itself to', 'auto', NEW, OLD, NEW],
    ['replaces an older version', 'auto', OLD, NEW, NEW],
    ['returns to the pinned version, where Amp may not update itself', 'disabled', NEW, OLD, OLD],
    ['returns to it from what is no release', 'auto', 'dev', OLD, OLD],
  ])('%s (amp_updates = %s: %s is there, %s is wanted)', async (_, updates, there, wanted, runs) => {
    install().program('amp', `echo "${there} (released)"`);
    install().program('npm', makesAmp('$HOME/.npm-global/bin', wanted));
    const run = await install().run({
      AMP_MODULE_AMP_VERSION: wanted,
      AMP_MODULE_AMP_UPDATES: updates,
      AMP_MODULE_INSTALL_VIA_NPM: 'true',
    });
    expect(run.all).toContain(`Amp ${runs} is installed.`);
    expect(install().calls().includes('npm install')).toBe(runs !== there);
    expect(run.all.includes(`Installing Amp ${wanted} in place of ${there}`)).toBe(runs !== there);
  });

  it('installs nothing when told not to', async () => {
    install().program('curl');
    const run = await install().run({ AMP_MODULE_INSTALL_AMP: 'false', AMP_MODULE_AMP_VERSION: NEW });
    expect(run.all).toContain(`Amp ${NEW} is not installed, and install_amp is false. Found: none.`);
    expect(install().calls()).not.toContain('curl');
  });

  it('queries a changed executable again', async () => {
    install().program('amp', `echo "${OLD} (released long ago)"`);
    await install().run();
    rmSync(join(install().machine.bin, 'amp'));
    install().program('amp', `echo "${NEW} (released today)"`);
    expect((await install().run()).all).toContain(`Amp ${NEW} is installed.`);
  });
});
