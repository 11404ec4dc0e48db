import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeEach, describe, expect, it } from 'vitest';
import { realAmpDir } from '../support/amp/real-amp.ts';
import { placeBundle } from '../support/bundle.ts';
import { temporaryFolder } from '../support/folders.ts';
import { makeProgram, makeScriptHome, type ScriptHome } from '../support/script.ts';

// Nothing in the work folder or above it decides what amp-session runs, or how. These files are harmless: what
// they do is leave a mark.

let machine: ScriptHome;
let project: string;
let mark: string;

/** The work folder: one in the home, and the home itself, which has the program's own files below it. */
const PLACES = { 'a project': 'project', 'the home': '.' };

/** Everything by which some runtime can be told to run something else. */
function plant(folder: string): void {
  const put = (name: string, text: string) => {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  const leave = `require('node:fs').appendFileSync(${JSON.stringify(mark)}, 'run\\n');`;
  put('mark.cjs', leave);
  put(
    'mark.mjs',
    `import { createRequire } from 'node:module';\nconst require = createRequire('/');\n${leave}`,
  );
  const to = [join(folder, 'mark.mjs')];
  const paths = Object.fromEntries(
    ['*', '/*', './*', 'node:*', 'node:fs', `${machine.home}/*`].map((pattern) => [pattern, to]),
  );
  for (const name of ['tsconfig.json', 'jsconfig.json']) {
    put(name, JSON.stringify({ compilerOptions: { baseUrl: '.', paths } }));
  }
  const entry = join(machine.home, 'state/bundle/current.cjs');
  put('package.json', JSON.stringify({ type: 'commonjs', scripts: { [entry]: `echo run >> '${mark}'` } }));
  put('bunfig.toml', 'preload = ["./mark.mjs"]\n');
  put('.env', 'AMP_MODULE_SESSION_KEY=of-the-project\n');
  put('.npmrc', 'node-options=--require ./mark.cjs\n');
  put('.node-version', '0.10.0\n');
  for (const name of ['node', 'bun', 'amp']) {
    put(`node_modules/.bin/${name}`, `#!/usr/bin/env bash\necho run >> '${mark}'\n`);
    chmodSync(join(folder, `node_modules/.bin/${name}`), 0o755);
  }
}

/** Leaves only this runtime on PATH. @returns PATH */
function only(runtime: 'node' | 'bun' | 'amp'): string {
  if (runtime === 'node') return machine.path;
  rmSync(join(machine.bin, '../tools/node'));
  if (runtime === 'amp') return `${machine.path}:${realAmpDir()}`;
  // Amp's own is the same program.
  makeProgram(join(machine.bin, 'bun'), `BUN_BE_BUN=1 exec '${realAmpDir()}/amp' "$@"`);
  return machine.path;
}

beforeEach(() => {
  machine = makeScriptHome(temporaryFolder());
  mark = join(machine.home, 'mark');
  project = join(machine.home, 'project');
  mkdirSync(project);
  placeBundle(join(machine.home, 'state'));
  writeFileSync(mark, '');
});

const session = (args: readonly string[], path: string, env: Record<string, string> = {}, cwd = project) =>
  execa(join(machine.home, 'state/bin/amp-session'), args, {
    cwd,
    env: { HOME: machine.home, PATH: path, ...env },
    extendEnv: false,
    reject: false,
  });

describe.each(['node', 'bun', 'amp'] as const)('%s', (runtime) => {
  it.each(Object.entries(PLACES))('runs nothing of %s', async (_name, place) => {
    const path = only(runtime);
    const folder = join(machine.home, place);
    plant(folder);
    // The second call goes to the runtime that was found by the first; both load a part of the program later.
    for (const args of [
      ['status', '--json'],
      ['list', '--json'],
      ['configure', '--help'],
    ]) {
      const run = await session(args, `node_modules/.bin:.:${path}`, {}, folder);
      expect(run.stderr).toBe('');
      expect(run.exitCode).toBe(0);
      if (args[0] === 'status') expect(JSON.parse(run.stdout)).toMatchObject({ key: 'main' });
    }
    expect(readFileSync(mark, 'utf8')).toBe('');
  });

  it.each(['{', '', '{"extends":"./nothing.json"}'])(
    'is not disturbed by a tsconfig.json and a package.json of %j',
    async (text) => {
      const path = only(runtime);
      for (const name of ['tsconfig.json', 'package.json']) writeFileSync(join(machine.home, name), text);
      const run = await session(['list'], path);
      // Bun complains about one that isn't JSON, in the home, which is above the program's own files.
      expect([run.exitCode, run.stdout]).toEqual([0, '']);
      expect(run.stderr).toContain("The key 'main' has no thread yet.");
    },
  );

  it("runs without a project's own variables, which what it starts gets back", async () => {
    const path = only(runtime);
    plant(project);
    const variables = {
      NODE_OPTIONS: `--require ${project}/mark.cjs --require dd-trace/init --input-type=module`,
      NODE_PATH: project,
      NODE_EMPTY: '',
      BUN_OPTIONS: `--preload=${project}/mark.mjs`,
      BUN_INSPECT_PRELOAD: `${project}/mark.mjs`,
      BUN_JSC_validateOptions: 'x',
      JSC_useJIT: 'x',
      PWD: project,
    };
    // So that Amp's own runtime is known before a double takes the place of Amp.
    await session(['list'], path);
    // `doctor` asks Amp for its version.
    makeProgram(
      join(machine.bin, 'amp'),
      `[[ $1 != --version ]] || env -0 > "$HOME/given"; pwd >> "$HOME/folders"`,
    );
    const run = await session(['doctor'], `${machine.bin}:${path}`, variables);
    expect(run.stderr).toBe('');
    expect(readFileSync(mark, 'utf8')).toBe('');
    const given = readFileSync(join(machine.home, 'given'), 'utf8').split('\0');
    for (const [name, value] of Object.entries(variables)) expect(given).toContain(`${name}=${value}`);
    expect(given.filter((each) => /^(AMP_MODULE_(GIVEN|CWD)|BUN_BE_BUN|OLDPWD)/.test(each))).toEqual([]);
    expect(new Set(readFileSync(join(machine.home, 'folders'), 'utf8').split('\n'))).toEqual(
      new Set([project, '']),
    );
  });

  it('works in a folder that is gone, and says so where it needs one', async () => {
    const path = only(runtime);
    const launcher = join(machine.home, 'state/bin/amp-session');
    const inGone = (args: string) =>
      execa('bash', ['-c', `mkdir gone && cd gone && rmdir ../gone && '${launcher}' ${args}`], {
        cwd: machine.home,
        env: { HOME: machine.home, PATH: path },
        extendEnv: false,
        reject: false,
      });
    const status = await inGone('status --json');
    expect([status.exitCode, JSON.parse(status.stdout).key]).toEqual([0, 'main']);
    const send = await inGone('send --key new hello');
    expect(send.exitCode).toBe(1);
    expect(send.stderr).toContain('The current folder no longer exists');
  });

  it('takes a relative path from the folder that the command is given in', async () => {
    const path = only(runtime);
    writeFileSync(join(project, 'history.json'), '{}');
    const run = await session(['import', 'history.json'], path);
    expect(run.stderr).not.toContain('ENOENT');
    expect(run.stderr).toContain('history.json');
  });
});
