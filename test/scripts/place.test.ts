import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/folders.ts';
import { makeScriptHome, runScript, type ScriptHome } from '../support/script.ts';

const BUNDLE = "console.log('it runs', process.argv[2]);\n";
const HASH = createHash('sha256').update(BUNDLE).digest('hex');

let machine: ScriptHome;
const inModule = (name: string) => join(machine.home, '.amp-module', name);
const place = (stateDir = '.amp-module') =>
  runScript('place.sh', machine, {
    AMP_MODULE_STATE_DIR: stateDir,
    AMP_MODULE_BUNDLE_SHA256: HASH,
    AMP_MODULE_BUNDLE: gzipSync(BUNDLE).toString('base64'),
    AMP_MODULE_LAUNCHER: readFileSync('scripts/amp-session.sh', 'utf8'),
  });

beforeEach(() => {
  machine = makeScriptHome(temporaryFolder());
  mkdirSync(join(machine.home, 'script-bin'));
});

describe('place.sh', () => {
  it('puts the bundle on the volume and the command on PATH', async () => {
    expect((await place()).exitCode).toBe(0);
    expect(readFileSync(inModule(`bundle/${HASH}.mjs`), 'utf8')).toBe(BUNDLE);
    expect(readlinkSync(join(machine.home, 'script-bin/amp-session'))).toBe(inModule('bin/amp-session'));
    expect(readlinkSync(inModule('bundle/current.mjs'))).toBe(`${HASH}.mjs`);
    expect(statSync(inModule(`bundle/${HASH}.mjs`)).mode & 0o077).toBe(0);
  });

  it('I6: keeps the state folder to its owner, whoever made it first', async () => {
    mkdirSync(join(machine.home, '.amp-module'), { mode: 0o755 });
    await place();
    expect(statSync(inModule('.')).mode & 0o777).toBe(0o700);
  });

  it('writes nothing when that very bundle is there', async () => {
    await place();
    const before = statSync(inModule(`bundle/${HASH}.mjs`)).ino;
    await place();
    expect(statSync(inModule(`bundle/${HASH}.mjs`)).ino).toBe(before);
  });

  it('takes another folder, which need not be in the home', async () => {
    const folder = join(machine.home, '..', 'data volume');
    expect((await place(folder)).exitCode).toBe(0);
    expect(readFileSync(join(folder, `bundle/${HASH}.mjs`), 'utf8')).toBe(BUNDLE);
    expect(readlinkSync(join(machine.home, 'script-bin/amp-session'))).toBe(join(folder, 'bin/amp-session'));
    expect(existsSync(inModule('.'))).toBe(false);
  });

  it('may run for several instances at once', async () => {
    const runs = await Promise.all(Array.from({ length: 20 }, () => place()));
    expect(runs.map(({ exitCode, all }) => [exitCode, all])).toEqual(Array(20).fill([0, '']));
    expect(readFileSync(inModule(`bundle/${HASH}.mjs`), 'utf8')).toBe(BUNDLE);
    expect(readdirSync(inModule('bundle')).sort()).toEqual([`${HASH}.mjs`, 'current.mjs'].sort());
    expect(readdirSync(inModule('bin'))).toEqual(['amp-session']);
    expect(readdirSync(join(machine.home, 'script-bin'))).toEqual(['amp-session']);
  });

  it.each(['', BUNDLE.slice(0, 10)])('replaces a bundle that a crash left torn: %j', async (torn) => {
    mkdirSync(inModule('bundle'), { recursive: true });
    writeFileSync(inModule(`bundle/${HASH}.mjs`), torn);
    expect((await place()).exitCode).toBe(0);
    expect(readFileSync(inModule(`bundle/${HASH}.mjs`), 'utf8')).toBe(BUNDLE);
  });
});
