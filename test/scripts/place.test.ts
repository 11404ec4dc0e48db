// What place.sh and place-rest.sh put on the volume, and with which permissions.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { fullVolume, makeProgram } from '../support/script.ts';
import { HASH, type PlaceScripts, placed, usePlaceScripts, WHOLE } from '../support/scripts/place.ts';
import { findTool } from '../support/workspace/machine.ts';

const scripts = usePlaceScripts();
const place: PlaceScripts['run'] = (options) => scripts().run(options);
const inModule = (name: string) => scripts().inModule(name);
const inHome = (name: string) => join(scripts().machine.home, name);

it('puts the bundle on the volume and the command on PATH', async () => {
  expect((await place()).exitCode).toBe(0);
  expect(placed(inModule(`bundle/${HASH}`))).toEqual(WHOLE);
  expect(readlinkSync(inHome('script-bin/amp-session'))).toBe(inModule('bin/amp-session'));
  expect(readFileSync(inModule('bundle/current.cjs'), 'utf8')).toBe(`require("./${HASH}/main.cjs");\n`);
  expect(statSync(inModule(`bundle/${HASH}`)).mode & 0o077).toBe(0);
  const { stdout } = await execa('node', [inModule('bundle/current.cjs'), 'now']);
  expect(stdout).toBe('it runs now');
});

it('has every file on the volume before it appears: a start may find it after a crash', async () => {
  const sync = findTool('sync');
  makeProgram(
    join(scripts().machine.bin, 'sync'),
    `[[ -e "\${2%.*}" ]] || echo "\${2##*/}" >>"$HOME/synced"; exec ${sync} "$@"`,
  );
  await place();
  const synced = readFileSync(inHome('synced'), 'utf8').replaceAll(/\.\d+$/gm, '');
  expect(synced.trim().split('\n').sort()).toEqual(Object.keys(WHOLE).sort());
});

it('I6: makes the state folder private to its owner, whoever created it', async () => {
  mkdirSync(inHome('.amp-module'), { mode: 0o755 });
  await place();
  expect(statSync(inModule('.')).mode & 0o777).toBe(0o700);
});

it.each(['.', 'amp'])(
  'leaves the permissions of an existing folder alone, such as /data: %s in it',
  async (name) => {
    const data = inHome('../data');
    mkdirSync(data, { mode: 0o755 });
    expect((await place({ stateDir: join(data, name) })).exitCode).toBe(0);
    expect(statSync(data).mode & 0o777).toBe(0o755);
    expect(statSync(join(data, name, 'bundle')).mode & 0o777).toBe(0o700);
    if (name !== '.') expect(statSync(join(data, name)).mode & 0o777).toBe(0o700);
  },
);

it('leaves the permissions of a volume mounted in the home alone', async () => {
  mkdirSync(inModule('.'), { mode: 0o755 });
  const stat = findTool('stat');
  // The folder is on a different device from its parent.
  makeProgram(
    join(scripts().machine.bin, 'stat'),
    `case "$*" in '-Lc %d -- '*/..) echo 1 ;; '-Lc %d -- '*) echo 2 ;; *) exec ${stat} "$@" ;; esac`,
  );
  await place();
  expect(statSync(inModule('.')).mode & 0o777).toBe(0o755);
});

it('places what confines Amp, and gives nobody a command that may not know it', async () => {
  const confined = () =>
    readFileSync(
      inModule(`firewall/${createHash('sha256').update('main').digest('hex').slice(0, 16)}`),
      'utf8',
    );
  await place({ firewall: '$HOME/a b/wrapper\n--' });
  expect(confined()).toBe(`${scripts().machine.home}/a b/wrapper\n--\n`);
  await place();
  expect(confined()).toBe('\n');
  // A volume on which nothing can be written when the template has a firewall for the first time.
  const command = inHome('script-bin/amp-session');
  rmSync(command);
  expect((await place({ firewall: '/wrapper', wrapper: fullVolume(0) })).exitCode).not.toBe(0);
  expect(existsSync(command)).toBe(false);
  expect(confined).toThrow('ENOENT');
});

it("I6: removes what version 3 of the module left with a key in it, and nothing of another module's", async () => {
  const older = inHome('.amp-module');
  mkdirSync(join(older, 'scripts'), { recursive: true });
  const start = join(older, 'scripts/agentapi-start.sh');
  writeFileSync(join(older, 'install.log'), 'token');
  writeFileSync(start, '#!/bin/bash\necho it is not of version 3\n');
  await place({ stateDir: '.amp' });
  expect(existsSync(start)).toBe(true);
  writeFileSync(start, "#!/bin/bash\nARG_AMP_API_KEY='key' ARG_MODE='smart' /tmp/start.sh\n");
  await place({ stateDir: '.amp' });
  expect(existsSync(start)).toBe(false);
  expect(existsSync(join(older, 'install.log'))).toBe(false);
});

it('writes nothing when the same bundle is there', async () => {
  await place();
  const inodes = () => Object.keys(WHOLE).map((name) => statSync(inModule(`bundle/${HASH}/${name}`)).ino);
  const before = inodes();
  await place();
  expect(inodes()).toEqual(before);
});

it('accepts another folder, inside or outside the home', async () => {
  const folder = join(scripts().machine.home, '..', 'data volume');
  expect((await place({ stateDir: folder })).exitCode).toBe(0);
  expect(placed(join(folder, `bundle/${HASH}`))).toEqual(WHOLE);
  expect(readlinkSync(inHome('script-bin/amp-session'))).toBe(join(folder, 'bin/amp-session'));
  expect(existsSync(inModule('.'))).toBe(false);
});
