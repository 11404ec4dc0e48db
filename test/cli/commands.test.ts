import { statSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { COMMANDS, type CommandName, type CommandSpec } from '../../shim/cli/spec.ts';
import { EXIT } from '../../shim/system/exit.ts';
import { GONE } from '../support/cli/amp-double.ts';
import { ACTIVE, FOREIGN, makeBench, OTHER_TWIN, TWIN } from '../support/cli/bench.ts';
import { ampSession } from '../support/cli/home.ts';
import { oneLine } from '../support/cli/one-line.ts';
import { stateOf } from '../support/cli/state.ts';

const NAMES = Object.keys(COMMANDS) as CommandName[];
const has = (name: CommandName, option: string) =>
  Object.hasOwn((COMMANDS[name] as CommandSpec).options, option);

/** The commands that take a thread. */
const OF_THREADS: readonly CommandName[] = ['show', 'open', 'use', 'fork', 'rename', 'forget', 'continue'];

const SITUATIONS = [
  {
    name: 'the beginning of two IDs',
    words: 'T-b111',
    code: EXIT.ambiguous,
    says: `'T-b111' is ambiguous; it matches 2 threads: ${OTHER_TWIN}, ${TWIN}. Give more characters of the one you mean.`,
  },
  {
    name: 'words for no thread',
    words: 'logout page',
    code: EXIT.missing,
    says: "The key 'main' has no thread 'logout page'. See 'amp-session list'.",
  },
  {
    name: 'an unknown thread',
    words: GONE,
    code: EXIT.missing,
    says: `The key 'main' has no thread '${GONE}'. See 'amp-session list'.`,
    use: [EXIT.missing, `Amp has no thread ${GONE}, or doesn't let you write to it. Nothing was changed.`],
  },
  {
    name: "another key's thread",
    words: FOREIGN,
    code: EXIT.missing,
    says: `${FOREIGN} belongs to the key 'telegram:652'. Add --key 'telegram:652'.`,
    use: [
      EXIT.refused,
      `${FOREIGN} belongs to the key 'telegram:652', and keys can't share a thread. Nothing was changed; 'amp-session fork ${FOREIGN} --key telegram:652' creates a child of it there.`,
    ],
  },
  {
    name: 'a key without a record',
    words: 'T-b111',
    key: 'docs',
    code: EXIT.missing,
    says: "The key 'docs' has no thread 'T-b111'. See 'amp-session list'.",
  },
] as const;

describe('thread references', () => {
  it.each(SITUATIONS)(
    '$name: each command says so in one sentence and changes nothing',
    async (situation) => {
      const { home, stateFolder } = await makeBench();
      const before = stateOf(stateFolder);
      for (const name of OF_THREADS) {
        const [code, says] =
          name === 'use' && 'use' in situation ? situation.use : [situation.code, situation.says];
        const key = 'key' in situation ? ['--key', situation.key] : [];
        const json = has(name, 'json') ? ['--json'] : [];
        const further = name === 'rename' ? ['another name'] : [];
        const run = await ampSession(home, [name, situation.words, ...further, ...key, ...json]);
        expect(oneLine(run), name).toBe(says);
        expect(run.exitCode, name).toBe(code);
        expect(stateOf(stateFolder), name).toEqual(before);
      }
    },
  );
});

describe("a thread's title", () => {
  it.each([[['send', 'hello']], [['use', ACTIVE]]])(
    'is learnt by %j, which talks to Amp anyway, until there is one',
    async (args) => {
      const { home, amp } = await makeBench();
      const title = async () =>
        JSON.parse((await ampSession(home, ['status', '--json'])).stdout).thread.title;
      const asked = () => amp.calls().filter((call) => call.includes(`search id:${ACTIVE}`)).length;
      expect(await title()).toBeNull();
      await ampSession(home, args);
      expect([await title(), asked()]).toEqual(['Fix the login page', 1]);
      await ampSession(home, args);
      expect(asked()).toBe(1);
      expect((await ampSession(home, ['status', '--line'])).stdout).toMatch(/^Fix the login page: stopped/);
    },
  );
});

describe('no record at all', () => {
  it.each([[['show']], [['fork']], [['continue']], [['export']]])(
    '%j has nothing to work on',
    async (args) => {
      const { home, stateFolder } = await makeBench();
      const before = stateOf(stateFolder);
      const run = await ampSession(home, [...args, '--key', 'docs']);
      expect(oneLine(run)).toMatch(
        /^(The key 'docs' has no thread yet|Nothing is recorded for the key 'docs')\.$/,
      );
      expect(run.exitCode).toBe(EXIT.missing);
      expect(stateOf(stateFolder)).toEqual(before);
    },
  );

  it.each(['status', 'list', 'cleanup', 'doctor'] as const)('%s succeeds', async (name) => {
    const { home, stateFolder } = await makeBench();
    const before = stateOf(stateFolder);
    expect((await ampSession(home, [name, '--key', 'docs'])).exitCode).toBe(EXIT.ok);
    expect(stateOf(stateFolder)).toEqual(before);
  });
});

describe('--dry-run', () => {
  const words: { readonly [name in CommandName]?: readonly string[] } = {
    use: [TWIN],
    rename: [TWIN, 'login'],
    forget: [TWIN, '--delete'],
    cleanup: ['--keep', '1'],
    import: ['other.json', '--key', 'docs'],
  };

  it.each(NAMES.filter((name) => has(name, 'dry-run')))(
    'of %s changes nothing, here or at Amp',
    async (name) => {
      const { home, amp, stateFolder } = await makeBench();
      const before = stateOf(stateFolder);
      const run = await ampSession(home, [name, ...(words[name] ?? []), '--dry-run']);
      expect(run.stderr).toMatch(/^amp-session: Would .*Nothing was changed\.\n$/);
      expect(run.exitCode).toBe(EXIT.ok);
      expect(stateOf(stateFolder)).toEqual(before);
      expect(amp.calls().filter((call) => /new|delete|unarchive| -x/.test(call))).toEqual([]);
      if (name === 'cleanup') {
        const { stdout } = await ampSession(home, [name, ...(words[name] ?? []), '--dry-run', '--json']);
        expect(JSON.parse(stdout)).toMatchObject({ forgotten: [OTHER_TWIN, TWIN].sort(), archive: null });
      }
      // The same command without it does change something.
      const real = await ampSession(home, [
        name,
        ...(words[name] ?? []),
        ...(has(name, 'yes') ? ['--yes'] : []),
      ]);
      expect(real.exitCode, real.stderr).toBe(EXIT.ok);
      expect(stateOf(stateFolder)).not.toEqual(before);
    },
  );
});

describe("what can't be done", () => {
  it.each([
    [['new', '--key', ''], EXIT.usage, /^A key must have at least one character\. Nothing was done\.$/],
    [['rename', TWIN], EXIT.usage, /^Give either the new name or --clear.* Nothing was changed\.$/],
    [['rename', TWIN, 'a', '--clear'], EXIT.usage, /^Give either.* Nothing was changed\.$/],
    [['rename', TWIN, ''], EXIT.usage, /^A name must have 1 to 80 characters.* Nothing was changed\.$/],
    [['import', 'nothing.json'], EXIT.missing, /^There is no file nothing\.json\.$/],
    [['import', '.'], EXIT.missing, /^\. can't be read \(.*\)\. Nothing was imported\.$/],
    [
      ['import', 'pipe'],
      EXIT.usage,
      /^pipe is not what 'amp-session export' writes\. Nothing was imported\.$/,
    ],
    [['import', 'other.json', '--key', 'main'], EXIT.refused, /^The key 'main' already has a record\./],
    [['export', '--output', 'nowhere/x'], EXIT.failed, /^nowhere\/x could not be written \(ENOENT.*\)\.$/],
    // A device must not be replaced by a file: in a container everybody is root.
    [
      ['export', '--output', 'pipe'],
      EXIT.failed,
      /^pipe could not be written \(it exists and is not a regular file\)\.$/,
    ],
  ] as const)('%j', async (args, code, says) => {
    const { home, stateFolder } = await makeBench();
    await execa('mkfifo', [join(home.project, 'pipe')]);
    // Whoever opens the pipe gets EOF.
    const end = execa('bash', ['-c', ': >pipe'], { cwd: home.project, reject: false });
    const before = stateOf(stateFolder);
    const run = await ampSession(home, args);
    end.kill();
    expect(oneLine(run)).toMatch(says);
    expect(run.exitCode).toBe(code);
    expect(statSync(join(home.project, 'pipe')).isFIFO()).toBe(true);
    expect(stateOf(stateFolder)).toEqual(before);
  });

  it('a thread for a new key: the key is not listed', async () => {
    const { home, amp } = await makeBench();
    const env = { PATH: home.env['PATH']?.replace(amp.dir, '/nowhere') ?? '' };
    const run = await ampSession(home, ['send', 'hello', '--key', 'docs'], { env });
    expect(oneLine(run)).toMatch(/^Amp created no thread for 'docs' \(.*\)\. Nothing was sent\.$/);
    expect(run.exitCode).toBe(EXIT.unavailable);
    const { stdout } = await ampSession(home, ['list', '--all', '--json']);
    expect(JSON.parse(stdout).keys.map(({ key }: { key: string }) => key)).toEqual(['main', 'telegram:652']);
  });
});
