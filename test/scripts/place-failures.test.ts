// place.sh on full, foreign and poor volumes, beside itself, and after a crash.

import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { asOrdinaryUser, fullVolume, makeProgram } from '../support/script.ts';
import { HASH, type PlaceScripts, placed, usePlaceScripts, WHOLE } from '../support/scripts/place.ts';
import { findTool } from '../support/workspace/machine.ts';

const scripts = usePlaceScripts();
const place: PlaceScripts['run'] = (options) => scripts().run(options);
const inModule = (name: string) => scripts().inModule(name);
const inHome = (name: string) => join(scripts().machine.home, name);

it('on a full volume, keeps what was there, leaves nothing else, and says so', async () => {
  await place();
  const before = readdirSync(inModule('bundle'));
  const start = { name: 'start.cjs', text: `// ${randomBytes(40_000).toString('hex')}\n` };
  const { exitCode, all, rest } = await place({ start, wrapper: fullVolume(8) });
  expect([exitCode === 0, ...rest]).toEqual([false, 0, 0]);
  expect(all).toContain(
    'is the volume full or read-only, or the file larger than the 8 KiB that are allowed',
  );
  expect(readdirSync(inModule('bundle'))).toEqual(before);
  expect(readFileSync(inModule('bundle/current.cjs'), 'utf8')).toBe(`require("./${HASH}/main.cjs");\n`);
  expect(readdirSync(inModule('bin'))).toEqual(['amp-session']);
  expect(existsSync(inHome('script-bin/amp-session'))).toBe(true);
});

it("says whose a home is that isn't the user's own, instead of guessing at the volume", async () => {
  const wrapper = asOrdinaryUser(inHome('..'));
  if (wrapper.length === 0) chmodSync(scripts().machine.home, 0o555);
  else execFileSync('chown', ['0:0', scripts().machine.home]);
  const { exitCode, all } = await place({ wrapper });
  expect(exitCode).not.toBe(0);
  expect(all).toContain(
    wrapper.length === 0
      ? 'is the volume full or read-only?'
      : '/home belongs to root, and nobody may not write there. Change its owner.',
  );
});

it('cleans up after a killed start, and touches nothing else', async () => {
  await place();
  mkdirSync(inModule('bundle/0a'));
  const old = [
    'bundle/0a/main.cjs.123',
    'bundle/current.cjs.123',
    'bundle/tsconfig.json.123',
    'bin/amp-session.123',
  ];
  // As version 4 placed it, in one file.
  const kept = ['bin/agentapi-0.12.1', 'bundle/0a/main.cjs', 'bundle/0a.mjs'];
  for (const name of [...old, ...kept]) {
    writeFileSync(inModule(name), 'x');
    utimesSync(inModule(name), 1, 1);
  }
  await place();
  expect(old.filter((name) => existsSync(inModule(name)))).toEqual([]);
  expect(kept.filter((name) => existsSync(inModule(name)))).toEqual(kept);
});

it('needs no symbolic links on the volume', async () => {
  const ln = findTool('ln');
  makeProgram(
    join(scripts().machine.bin, 'ln'),
    `case "\${*: -1}" in
    */.amp-module/*) echo 'ln: failed to create symbolic link: Operation not permitted' >&2; exit 1 ;;
    esac
    exec ${ln} "$@"`,
  );
  const { exitCode, all } = await place();
  expect([exitCode, all]).toEqual([0, '']);
  const { stdout } = await execa(inHome('script-bin/amp-session'), ['now'], {
    env: { HOME: scripts().machine.home },
  });
  expect(stdout).toBe('it runs now');
});

it('may run for several instances at once', async () => {
  const runs = await Promise.all(Array.from({ length: 20 }, () => place()));
  expect(runs.map(({ exitCode, all }) => [exitCode, all])).toEqual(Array(20).fill([0, '']));
  expect(placed(inModule(`bundle/${HASH}`))).toEqual(WHOLE);
  expect(readdirSync(inModule('bundle')).sort()).toEqual([
    HASH,
    'current.cjs',
    'package.json',
    'tsconfig.json',
  ]);
  expect(readdirSync(inModule('bin'))).toEqual(['amp-session']);
  expect(readdirSync(inHome('script-bin'))).toEqual(['amp-session']);
});

it.each([
  ['main.cjs', ''],
  ['start.cjs', ''],
  ['library.cjs', 'exports'],
])('replaces a bundle of which a crash left a file torn: %s', async (name, torn) => {
  await place();
  writeFileSync(inModule(`bundle/${HASH}/${name}`), torn);
  expect((await place()).exitCode).toBe(0);
  expect(placed(inModule(`bundle/${HASH}`))).toEqual(WHOLE);
});
