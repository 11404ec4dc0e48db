import { chmodSync, chownSync, copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

/**
 * A runtime that answers whether it can run the program, and reports what it was asked to run.
 * @param answer bash code.
 */
const runtime = (name: string, answer = `echo "amp-session runs on $0"`) =>
  makeProgram(
    join(machine.bin, name),
    `if [[ \${*: -1} == --runtime ]]; then echo tried >> "$HOME/${name}-tried"; ${answer}; else echo "${name} runs \${*: -2}"; fi`,
  );
const tried = async (name: string) => {
  const { stdout } = await execa('cat', [join(machine.home, `${name}-tried`)], { reject: false });
  return stdout.split('\n').filter((line) => line !== '').length;
};
const cannot = 'echo "SyntaxError" >&2; exit 1';

beforeEach(() => {
  machine = makeScriptHome(temporaryFolder());
  rmSync(join(machine.bin, '../tools/node'));
  mkdirSync(join(machine.home, 'state/bin'), { recursive: true });
  mkdirSync(join(machine.home, 'state/bundle'));
  launcher = join(machine.home, 'state/bin/amp-session');
  copyFileSync('scripts/amp-session.sh', launcher);
  chmodSync(launcher, 0o700);
  writeFileSync(
    join(machine.home, 'state/bundle/current.cjs'),
    "console.log(process.argv[2] === '--runtime' ? `amp-session runs on ${process.execPath}` : `it runs ${process.argv[3]}`);\n",
  );
});

describe('amp-session.sh', () => {
  it('gives the program every variable of the environment as it is, whatever its own are called', async () => {
    makeProgram(
      join(machine.bin, 'node'),
      'if [[ ${*: -1} == --runtime ]]; then echo "amp-session runs on $0"; else exec env; fi',
    );
    const names = [
      'self',
      'bundle',
      'bundles',
      'name',
      'before',
      'memory',
      'known',
      'found',
      'answer',
      'real',
    ];
    const given = [...names, 'command', 'NODE_NAME'].map(
      (name) => [name, `the ${name} of the user`] as const,
    );
    for (const time of ['found', 'remembered']) {
      const { stdout } = await run(Object.fromEntries(given));
      const seen = stdout.split('\n');
      const expected = given.map(
        ([name, value]) => `${name.replace(/^(?=NODE_)/, 'AMP_MODULE_GIVEN_')}=${value}`,
      );
      expect(
        expected.filter((line) => !seen.includes(line)),
        time,
      ).toEqual([]);
    }
  });

  it.each<[string, Record<string, string | undefined>, string]>([
    ['Node comes first', { node: undefined, bun: undefined }, 'node runs status a b'],
    ["Node that can't run it", { node: cannot, bun: undefined }, 'bun runs status a b'],
    ['Node that prints something else', { node: 'echo v20.1.0', bun: undefined }, 'bun runs status a b'],
    [
      'Node that is somewhere else than it says',
      { node: 'echo "amp-session runs on /nowhere/node"', bun: undefined },
      'bun runs status a b',
    ],
  ])('%s', async (_name, runtimes, expected) => {
    for (const [name, answer] of Object.entries(runtimes)) runtime(name, answer);
    expect((await run()).all).toBe(expected);
    expect((await run()).all).toBe(expected);
  });

  it("Bun can't run it: Amp's own runtime does", async () => {
    runtime('bun', cannot);
    expect((await run({ PATH: `${machine.path}:${realAmpDir()}` })).all).toBe('it runs a b');
  });

  it("an Amp that is an executable but no JavaScript runtime isn't asked to run it", async () => {
    copyFileSync('/bin/echo', join(machine.bin, 'amp'));
    const { all, exitCode } = await run();
    expect(all).toContain('no JavaScript runtime was found');
    expect(exitCode).toBe(69);
  });

  describe('the runtime that was found', () => {
    it('is remembered until its file changes', async () => {
      runtime('node');
      for (let i = 0; i < 3; i++) await run();
      expect(await tried('node')).toBe(1);
      runtime('node', `${cannot} #`);
      runtime('bun');
      expect((await run()).all).toBe('bun runs status a b');
    });

    it('is remembered until it is gone', async () => {
      runtime('node');
      await run();
      runtime('bun');
      rmSync(join(machine.bin, 'node'));
      expect((await run()).all).toBe('bun runs status a b');
    });

    it("is called directly where a version manager's script stands in front of it", async () => {
      const real = join(machine.home, 'versions/node 22');
      mkdirSync(join(machine.home, 'versions'));
      symlinkSync(process.execPath, real);
      makeProgram(join(machine.bin, 'node'), `echo shim >> "$HOME/node-tried"; exec '${real}' "$@"`);
      for (let i = 0; i < 3; i++) expect((await run()).all).toBe('it runs a b');
      expect(await tried('node')).toBe(1);
    });

    it('is searched every time on a volume that takes no memory of it', async () => {
      mkdirSync(join(machine.home, 'state/runtime'));
      runtime('node');
      for (let i = 0; i < 2; i++) expect((await run()).all).toBe('node runs status a b');
      expect(await tried('node')).toBe(2);
    });

    it.each(['', 'node\n', 'node\n/bin/echo\n/bin/echo\n1 2 3 4\n1 2 3 4\n', '\0\n\n\n\n\n'])(
      'is searched anew where the memory of it is damaged: %j',
      async (text) => {
        writeFileSync(join(machine.home, 'state/runtime'), text);
        runtime('node');
        expect((await run()).all).toBe('node runs status a b');
      },
    );
  });

  describe("as root in another user's home", () => {
    const root = process.getuid?.() === 0;

    it.runIf(root)("refuses, because the next start couldn't read what it writes", async () => {
      chownSync(launcher, 65534, 65534);
      runtime('node');
      const { all, exitCode } = await run();
      expect(all).toContain("run it without sudo, as the workspace's own user");
      expect(exitCode).toBe(77);
    });

    it.runIf(root)(
      "runs for the module's own scripts, on a volume that belongs to another user",
      async () => {
        chownSync(launcher, 65534, 65534);
        runtime('node');
        expect((await run({ AMP_MODULE_STATE_DIR: 'state' })).all).toBe('node runs status a b');
      },
    );
  });
});
