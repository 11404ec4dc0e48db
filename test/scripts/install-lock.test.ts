import { readdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeProgram } from '../support/script.ts';
import { makesAmp, NEW, useAmpInstall } from '../support/scripts/install-amp.ts';

/** The scope in which PIDs are valid, as the locks name it (shim/system/machine.ts). */
const BOOT = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
const NAMESPACE = readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');
const HOST = hostname()
  .replace(/[^a-zA-Z0-9_-]/g, '_')
  .slice(0, 64);
const MACHINE = `${BOOT}.${NAMESPACE}.${HOST}`;

const install = useAmpInstall();

describe('install.sh, with other instances at the same time', () => {
  const locks = () => readdirSync(install().inHome('.amp')).filter((name) => name.includes('lock'));

  it.each([
    ['a free folder', undefined],
    ['the lock of a dead process', `4194304.1.${MACHINE}`],
    ['the lock of a process whose number is another one now', `1.0.${MACHINE}`],
  ])('installs once and configures one after the other, from %s', async (_name, stale) => {
    if (stale !== undefined) symlinkSync(stale, install().inHome('.amp/install.lock'));
    install().program('npm', makesAmp('$HOME/.npm-global/bin', NEW));
    makeProgram(
      install().inHome('.amp/bin/amp-session'),
      'echo begin >>"$HOME/order"; sleep 0.1; echo end >>"$HOME/order"',
    );
    const runs = await Promise.all(
      Array.from({ length: 6 }, () => install().run({ AMP_MODULE_INSTALL_VIA_NPM: 'true' })),
    );
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(
      install()
        .calls()
        .match(/^npm install/gm),
    ).toHaveLength(1);
    expect(readFileSync(install().inHome('order'), 'utf8')).toBe('begin\nend\n'.repeat(6));
    expect(locks()).toEqual([]);
  });

  it('carries on where no lock can be made', async () => {
    makeProgram(join(install().machine.bin, 'ln'), 'exit 1');
    const run = await install().run({ AMP_MODULE_INSTALL_AMP: 'false' });
    expect(run.all).toContain('install_amp is false');
    expect(install().calls()).toContain('amp-session configure');
  });

  it.each([
    ['gives one of another container ten seconds', `${process.pid}.1.${BOOT}.1.${HOST}`, 20],
    ['gives one that sees no /proc ten seconds', `${process.pid}.1.0.0.${HOST}`, 20],
    ['gives one of another host ten seconds', `${process.pid}.1.another-boot.1.another-host`, 20],
    ['gives one of an earlier boot no time', `${process.pid}.1.another-boot.${NAMESPACE}.${HOST}`, 0],
  ])('%s', async (_name, owner, sleeps) => {
    symlinkSync(owner, install().inHome('.amp/install.lock'));
    makeProgram(join(install().machine.bin, 'sleep'), 'echo "sleep $*" >>"$HOME/calls"');
    const run = await install().run({ AMP_MODULE_INSTALL_AMP: 'false' });
    expect(run.all.includes('Waiting for another instance to install')).toBe(sleeps > 0);
    expect(
      install()
        .calls()
        .match(/^sleep 0\.5$/gm) ?? [],
    ).toHaveLength(sleeps);
    expect(install().calls()).toContain('amp-session configure');
    expect(locks()).toEqual([]);
  });
});
