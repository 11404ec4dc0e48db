import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { promptSha256 } from '../../shim/prompt/identity.ts';
import { sessionPaths } from '../../shim/store/paths.ts';
import { readSession } from '../../shim/store/read.ts';
import { realAmpDir } from '../support/amp/real-amp.ts';
import { folderOfFile, temporaryFolder } from '../support/folders.ts';
import { NO_INSTALL_INPUTS, NO_START_INPUTS } from '../support/module-variables.ts';
import { makeProgram } from '../support/script.ts';
import { GOOD_AMP, THREAD } from '../support/start.ts';

const folder = folderOfFile();
const shim = () => join(folder, 'amp-session/main.cjs');

beforeAll(async () => {
  await execa(process.execPath, ['build.mjs', dirname(shim())]);
});

type Runtime = {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
  readonly env: Readonly<Record<string, string>>;
};
const node: Runtime = { name: 'Node', command: [process.execPath], env: {} };
const bun: Runtime = {
  name: "Amp's own executable",
  command: [join(realAmpDir(), 'amp'), 'run'],
  env: { BUN_BE_BUN: '1' },
};
describe('the bundle', () => {
  it('is plain ASCII, and identical in every build', async () => {
    const again = join(folder, 'again');
    await execa(process.execPath, ['build.mjs', again]);
    const names = readdirSync(again);
    expect(readdirSync(dirname(shim()))).toEqual(names);
    for (const name of names) {
      const bytes = readFileSync(join(again, name));
      expect(readFileSync(join(dirname(shim()), name)).equals(bytes)).toBe(true);
      expect(bytes.every((byte) => byte < 0x80)).toBe(true);
    }
  });

  it.each([node, bun])('configures and prepares on $name', async (runtime) => {
    const home = temporaryFolder();
    const settingsFile = join(home, '.config/amp/settings.json');
    for (const name of ['bin', 'project', '.config/amp']) mkdirSync(join(home, name), { recursive: true });
    writeFileSync(settingsFile, '{\n  // mine\n  "amp.x": 1,\n}\n');
    const arms = Object.entries(GOOD_AMP).map(([words, script]) => `*'${words}'*) ${script} ;;`);
    makeProgram(join(home, 'bin/amp'), `case "$*" in\n${arms.join('\n')}\n*) exit 1 ;;\nesac`);

    await run(runtime, [shim(), 'configure'], moduleEnv(home));
    expect(readFileSync(settingsFile, 'utf8')).toMatch(/\/\/ mine\n.*"amp\.y": true/s);
    const { stdout } = await run(runtime, [shim(), 'prepare'], moduleEnv(home), 'a prompt');
    const terminal = expect.stringMatching(/^terminal=amp-session-[0-9a-f]{16}$/);
    expect(stdout.split('\0')).toEqual(['send', 'chat', terminal, 'threads', 'continue', THREAD, 'end', '']);
  });
});

describe('a prompt on standard input', () => {
  it.each([node, bun])('is read to EOF, however slowly it arrives: $name', async ({ command, env }) => {
    const home = temporaryFolder();
    for (const name of ['bin', 'project']) mkdirSync(join(home, name));
    makeProgram(join(home, 'bin/amp'), 'exit 1');
    // A shell pipe, as in the start script, that runs empty again and again.
    const slowly = 'for ((i = 0; i < 2000; i++)); do printf %0100d 0; done | "$@"';
    const { stdout, stderr } = await execa('bash', ['-c', slowly, 'bash', ...command, shim(), 'prepare'], {
      env: { ...env, ...moduleEnv(home) },
    });
    expect(stdout.split('\0').at(-2), stderr).toBe('end');
    const { session } = readSession(sessionPaths(join(home, '.amp-module'), 'main'));
    const sha256 = promptSha256('0'.repeat(200_000));
    expect(session.opening?.prompts).toEqual([expect.objectContaining({ sha256 })]);
  });
});

function run(
  { command, env }: Runtime,
  words: readonly string[],
  more: Record<string, string> = {},
  input = '',
) {
  const [program, ...args] = command;
  return execa(program, [...args, ...words], {
    env: { ...env, HOME: folder, ...more },
    input,
    reject: false,
  });
}

function moduleEnv(home: string): Record<string, string> {
  return {
    ...NO_START_INPUTS,
    ...NO_INSTALL_INPUTS,
    HOME: home,
    PATH: `${join(home, 'bin')}:/usr/local/bin:/usr/bin:/bin`,
    AMP_MODULE_STATE_DIR: join(home, '.amp-module'),
    AMP_MODULE_AGENTAPI_DIR: '.amp-module',
    AMP_MODULE_PERSISTENCE: 'true',
    AMP_MODULE_WORKDIR: join(home, 'project'),
    AMP_MODULE_PORT: '3284',
    AMP_MODULE_RUNNER_PID: String(process.pid),
    AMP_MODULE_RUN: '1',
    AMP_MODULE_BASE_CONFIG: '{"amp.y":true}',
  };
}
