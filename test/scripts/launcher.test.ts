import { chmodSync, chownSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeEach, describe, expect, it } from 'vitest';
import { realAmpDir } from '../support/amp/real-amp.ts';
import { temporaryFolder } from '../support/folders.ts';
import { makeProgram, makeScriptHome, type ScriptHome } from '../support/script.ts';

let machine: ScriptHome;
let launcher: string;

const run = (env: Record<string, string> = {}) =>
  execa(launcher, ['status', 'a b'], {
    env: { HOME: machine.home, PATH: machine.path, ...env },
    extendEnv: false,
    reject: false,
    all: true,
  });

/** A runtime that reports its version and what it was asked to run. */
const runtime = (name: string, version: string) =>
  makeProgram(
    join(machine.bin, name),
    `[[ $1 == --version ]] && echo '${version}' || echo "${name} runs \${*: -2}"`,
  );

beforeEach(() => {
  machine = makeScriptHome(temporaryFolder());
  rmSync(join(machine.bin, '../tools/node'));
  mkdirSync(join(machine.home, 'state/bin'), { recursive: true });
  mkdirSync(join(machine.home, 'state/bundle'));
  launcher = join(machine.home, 'state/bin/amp-session');
  copyFileSync('scripts/amp-session.sh', launcher);
  chmodSync(launcher, 0o700);
  writeFileSync(join(machine.home, 'state/bundle/current.cjs'), 'console.log("it runs", process.argv[3]);\n');
});

describe('amp-session.sh', () => {
  it.each([
    ['Node 20 comes first', { node: 'v20.1.0', bun: '1.3.0' }, 'node runs status a b'],
    ['Node 18.18 is too old, Bun is there', { node: 'v18.18.2', bun: '1.2.0' }, 'bun runs status a b'],
    ['Node that only prints an error', { node: 'node: bad CPU type', bun: '1.2.0' }, 'bun runs status a b'],
    ['Bun 2', { bun: '2.0.0' }, 'bun runs status a b'],
  ])('%s', async (_name, runtimes, expected) => {
    for (const [name, version] of Object.entries(runtimes)) runtime(name, version);
    expect((await run()).all).toBe(expected);
  });

  it.each(['1.1.45', '0.8.1', ''])("Bun %j can't run it: Amp's own runtime does", async (version) => {
    runtime('bun', version);
    expect((await run({ PATH: `${machine.path}:${realAmpDir()}` })).all).toBe('it runs a b');
  });

  it("an Amp that is an executable but no JavaScript runtime isn't asked to run it", async () => {
    copyFileSync('/bin/echo', join(machine.bin, 'amp'));
    const { all, exitCode } = await run();
    expect(all).toContain('no JavaScript runtime was found');
    expect(exitCode).toBe(69);
  });

  describe("as root in another user's home", () => {
    const root = process.getuid?.() === 0;

    it.runIf(root)("refuses, because the next start couldn't read what it writes", async () => {
      chownSync(launcher, 65534, 65534);
      runtime('node', 'v20.1.0');
      const { all, exitCode } = await run();
      expect(all).toContain("run it without sudo, as the workspace's own user");
      expect(exitCode).toBe(77);
    });

    it.runIf(root)(
      "runs for the module's own scripts, on a volume that belongs to another user",
      async () => {
        chownSync(launcher, 65534, 65534);
        runtime('node', 'v20.1.0');
        expect((await run({ AMP_MODULE_STATE_DIR: 'state' })).all).toBe('node runs status a b');
      },
    );
  });
});
