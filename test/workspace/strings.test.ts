import { mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { type FakeAmp, installFakeAmp } from '../support/amp/fake-amp.ts';
import { temporaryFolder } from '../support/folders.ts';
import { freePort } from '../support/ports.ts';
import { stagePreloadingModule } from '../support/preload.ts';
import { registryOfFile } from '../support/terraform/of-file.ts';
import { projectOf } from '../support/terraform/project.ts';
import { coderScripts, type State } from '../support/terraform/terraform.ts';
import { waitUntil } from '../support/wait.ts';
import { runScripts } from '../support/workspace/coder-agent.ts';
import { workspaceEnv } from '../support/workspace/environment.ts';
import { killAll, makeToolFolder } from '../support/workspace/machine.ts';

/** Workspaces per apply, the strings that make up each prompt, and how many start at a time. */
const WORKSPACES = 16;
const STRINGS = 6;
const AT_A_TIME = 4;

/** What a shell, Terraform, a terminal or a file format might take for something other than text. */
const NASTY = [
  ...[...`'"\\\`$&;|<>*?!#~%=(){}[]^ \n\r\t\v\f`],
  ...[
    `'\\''`,
    `'; touch pwned; '`,
    '"; touch pwned; "',
    '$(touch pwned)',
    '`touch pwned`',
    '\\$(touch pwned)',
  ],
  ...['$HOME', '!!', '%s%n', '${path.module}', '%{ if true }', '$${x}', '%%{y}', '\\n', '\\0', '\\u0041'],
  ...[
    '\r\n',
    '\n\n\n',
    '\nEOF\n',
    ' -n ',
    ' -- ',
    '\u0001',
    '\u0003',
    '\u0004',
    '\u0008',
    '\u001a',
    '\u001b[31m',
  ],
  ...['\u001b', '\u007f', '\u0080', '\u0085', '\u00a0', '\u2028', '\u202e', '\ufeff', '\uffff'],
  ...['🙂', '👩‍👩‍👧', 'e\u0301', 'a\u0323\u0302', '\u1112\u1161\u11ab', '\u212b', 'ﬁ'],
];

/** Any text without NUL, which a program argument can't contain. */
const text = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...NASTY) },
      { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
    ),
    { minLength: 8, maxLength: 25, size: 'max' },
  )
  .map((parts) => parts.join('').replaceAll('\0', ''));

/** These bytes end a pasted text wherever they come from: every agent takes what follows them for keys. */
const PASTE_END = '\u001b[201~';
/** AgentAPI waits for the screen to change, so the first line must be visible. */
const FIRST = [
  '-n x',
  '--help',
  '$(id)',
  "'x",
  '"x',
  '\\x',
  '#x',
  '!x',
  '~/x',
  '@x',
  '%x',
  'x=1',
  '-x',
  '${x}',
];
/** Bytes of a long prompt, made by repetition so that it compresses well. */
const LONG = 60_000;

const inputs = fc.record({
  strings: fc
    .tuple(fc.constantFrom(...FIRST), fc.array(text, { minLength: STRINGS, maxLength: STRINGS }))
    .map(([first, strings]) => [first, ...strings].join('\n').replaceAll(PASTE_END, '')),
  repeated: fc.integer({ min: 1, max: 5 }).map((one) => one === 1),
  instructions: text.map((value) => `${value}x`),
  // One path component: no separator, and no longer than a file system allows.
  folder: text.map((value) => `${[...value.replaceAll('/', '')].slice(0, 40).join('')}x`),
});
type Inputs = typeof inputs extends fc.Arbitrary<infer Value> ? Value : never;

function promptOf({ strings, repeated }: Inputs): string {
  return repeated ? `${strings}\n`.repeat(Math.ceil(LONG / strings.length)) : strings;
}

/** The change Terraform itself makes to every string. */
const composed = (value: string) => value.normalize('NFC');
/** What Amp takes off a prompt on standard input: white space at its end, and a byte-order mark in front. */
const trimmed = (value: string) => value.replace(/^\ufeff/, '').trimEnd();

const registry = await registryOfFile();

type Place = {
  readonly given: Inputs;
  readonly home: string;
  readonly workdir: string;
  readonly port: number;
  readonly amp: FakeAmp;
};

/** A template with one module per place, its inputs taken from variables as a template author passes them. */
async function apply(places: readonly Place[]): Promise<State> {
  const folder = temporaryFolder();
  const source = join(folder, 'module');
  renameSync(await stagePreloadingModule(), source);
  const each = (name: string) => `\${var.cases[count.index].${name}}`;
  const main = {
    terraform: { required_providers: { coder: { source: 'coder/coder', version: '>= 2.13' } } },
    variable: { cases: { type: 'list(map(string))' } },
    // One agent each: to Coder they are unrelated workspaces.
    resource: { coder_agent: { main: { count: '${length(var.cases)}', os: 'linux', arch: 'amd64' } } },
    module: {
      amp: {
        source,
        count: '${length(var.cases)}',
        agent_id: '${coder_agent.main[count.index].id}',
        ...{ install_amp: false, install_agentapi: false, report_tasks: false },
        agentapi_port: each('port'),
        workdir: each('workdir'),
        ai_prompt: each('prompt'),
        instruction_prompt: each('instructions'),
      },
    },
  };
  const cases = places.map(({ port, workdir, given }) => ({
    prompt: promptOf(given),
    instructions: given.instructions,
    workdir,
    port: String(port),
  }));
  const files = {
    'main.tf.json': JSON.stringify(main),
    'terraform.tfvars.json': JSON.stringify({ cases }),
  };
  return (await projectOf(registry, files, folder)).apply({ transition: 'start' });
}

async function placeFor(given: Inputs, root: string, taken: Set<number>): Promise<Place> {
  const home = join(root, 'home');
  mkdirSync(home, { recursive: true });
  mkdirSync(join(root, 'script-bin'));
  onTestFinished(() => killAll(home));
  let port = await freePort();
  while (taken.has(port)) port = await freePort();
  taken.add(port);
  const amp = installFakeAmp({}, join(root, 'amp'));
  return { given, home, port, workdir: join(home, given.folder), amp };
}

/** Runs one module's start scripts as Coder's agent does, and returns what became of its inputs. */
async function start(state: State, at: number, { home, amp }: Place, tools: string) {
  const own = state.resources.filter(({ address }) => address.startsWith(`module.amp[${at}].`));
  const scripts = coderScripts({ resources: own, outputs: {} }).filter(({ runOnStart }) => runOnStart);
  const env = workspaceEnv({
    home,
    path: [tools],
    binFolder: join(home, '../script-bin'),
    dataFolder: join(home, '../script-data'),
    options: { ampFolder: amp.dir },
    image: {},
    coder: [],
  });
  const runs = await runScripts(scripts, env, home);
  const log = () =>
    readFileSync(join(home, '.coder-modules/coder-labs/sourcegraph-amp/agentapi/agentapi-start.log'), 'utf8');
  const failed = runs.filter(({ exitCode }) => exitCode !== 0);
  expect(failed.map(({ name }) => `${name}: ${log()}`)).toEqual([]);
  await waitUntil('what the agent received', async () => {
    return { done: amp.received().length > 0, seen: amp.received().length > 0 ? '' : log() };
  });
  const agent = amp.calls().find(({ argv }) => argv.includes('continue'));
  killAll(home);
  return {
    messages: amp.received().map(({ message }) => message),
    agentsFolder: agent?.cwd,
    instructions: readFileSync(join(home, '.config/amp/AGENTS.md'), 'utf8'),
    pwned: readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('pwned')),
  };
}

async function survive(cases: readonly Inputs[]): Promise<void> {
  const root = temporaryFolder();
  const tools = makeToolFolder(join(root, 'tools'), [process.execPath]);
  const taken = new Set<number>();
  const places: Place[] = [];
  for (const [at, each] of cases.entries()) places.push(await placeFor(each, join(root, String(at)), taken));
  const state = await apply(places);
  const waiting = [...places.entries()];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [at, place] = next;
      expect(await start(state, at, place, tools)).toEqual({
        messages: [trimmed(composed(promptOf(place.given)))],
        agentsFolder: composed(place.workdir),
        instructions: composed(place.given.instructions),
        pwned: [],
      });
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
}

it('I7: any string travels from a Terraform variable to the agent, except what the README names', async () => {
  const cases = fc.array(inputs, { minLength: WORKSPACES, maxLength: WORKSPACES });
  // No shrinking: every attempt would be another apply, and the difference is readable as it stands.
  await fc.assert(fc.asyncProperty(cases, survive), { numRuns: 1, endOnFailure: true });
});
