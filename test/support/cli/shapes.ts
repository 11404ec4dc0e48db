// What amp-session prints for programs: schema.ts makes docs/amp-session.schema.json of it, and every real output is
// parsed with it.
import * as z from 'zod';
import type { Diagnosis } from '../../../shim/commands/doctor.ts';
import type { Dropped } from '../../../shim/commands/dropped.ts';
import type { Imported } from '../../../shim/commands/import.ts';
import type { Listing } from '../../../shim/commands/listing.ts';
import type { ChosenThread } from '../../../shim/commands/new-use-fork.ts';
import type { Opened } from '../../../shim/commands/open.ts';
import type { Ended } from '../../../shim/commands/processes.ts';
import type { Sent } from '../../../shim/commands/send.ts';
import type { Shown } from '../../../shim/commands/show.ts';
import type { Status } from '../../../shim/commands/status.ts';
import type { ThreadView } from '../../../shim/key/view.ts';
import type { Runner } from '../../../shim/store/runner.ts';
import { count, key, thread, threadId, time, view } from './thread-shape.ts';

const leftover = z.strictObject({
  pid: z.int(),
  command: z.string(),
  since: time.nullable().describe('when it was started; null where the system does not tell'),
  thread: threadId.describe('in whose turn it was started'),
  processes: count.describe('how many processes it is, with what it has started'),
});

const status = z.strictObject({
  key,
  thread: thread.nullable().describe('the thread of the next start; null before the first'),
  agent: z.strictObject({
    state: z
      .enum(['running', 'waiting', 'stopped'])
      .describe('waiting: a start script is there, and AgentAPI is not (not yet, or not again)'),
    thread: threadId
      .nullable()
      .describe('the thread that the agent is in now; null where nobody knows or none is recorded'),
    url: z.url().nullable().describe('where AgentAPI answers, while it runs'),
    doing: z
      .enum(['working', 'idle', 'asking', 'connecting'])
      .nullable()
      .describe(
        "what it is doing; asking: it waits for a person; connecting: it has no websocket to Amp's servers; null while it doesn't run, and where nobody knows",
      ),
    question: z
      .string()
      .nullable()
      .describe(
        'the question that it asks a person and waits for, by the title of its dialog; null where it asks none',
      ),
    failedStarts: count.describe('how often in a row it has ended right after its start; 0 while it runs'),
  }),
  afterRestart: z
    .strictObject({
      interrupted: z.boolean().describe('whether the last turn is unfinished although the agent is idle'),
      chatLacks: count.describe(
        "how many messages the chat lacks because they came while the agent wasn't running",
      ),
    })
    .nullable()
    .describe(
      "what the agent's last restart has left behind in its thread, as Amp says; null if there was none, or nobody knows",
    ),
  leftovers: z
    .array(leftover)
    .nullable()
    .describe(
      'commands of earlier agents and runners that outlived them; null where the system does not show its processes',
    ),
  runner: z
    .strictObject({
      name: z.string().describe("its ID at Amp's servers"),
      state: z
        .enum(['serving', 'offline', 'starting', 'waiting'])
        .describe(
          'serving: registered; offline: it was, and reconnects by itself; waiting: it is started once it can run',
        ),
      threads: z.array(threadId).describe('the threads that it serves'),
      trouble: z.string().nullable().describe('why it waits; null where it does not'),
    })
    .nullable()
    .describe("Amp's runner; null where none is there"),
  persistence: z
    .boolean()
    .nullable()
    .describe('whether the last start records and resumes; null before the first'),
});

const list = z.strictObject({
  keys: z.array(
    z.strictObject({
      key,
      total: count.describe('how many threads are recorded, with those beyond --limit'),
      threads: z.array(thread).describe('most recently used first'),
      agent: threadId
        .nullable()
        .describe('the thread that the running agent is in; null while none is known to be in one'),
      question: z.string().nullable().describe("as 'agent.question' of 'status'"),
    }),
  ),
});

const show = z.strictObject({
  key,
  ...view,
  children: z.array(threadId).describe('its forks'),
  messages: z
    .array(z.strictObject({ role: z.string().describe('user or assistant'), text: z.string() }))
    .nullable()
    .describe('with --messages: what was said last, oldest first; null without'),
  usage: z
    .string()
    .nullable()
    .describe("with --remote: what it has cost, in Amp's words; null without, and where Amp can't say"),
});

const opened = z.strictObject({ key, thread: threadId, url: z.url() });

const send = z.strictObject({
  key,
  thread: threadId.nullable().describe('where it was said; null where the agent opened its thread itself'),
  via: z
    .enum(['agentapi', 'runner', 'amp'])
    .describe(
      "agentapi: through the running agent; runner: given to Amp's runner; amp: by an Amp of its own",
    ),
  answer: z.string().nullable().describe("null where a runner works on it: it is on the thread's page"),
});

export const chosen = z.strictObject({
  key,
  ...view,
  now: z.boolean().describe('whether the running agent is in it; otherwise it is for the next start'),
});

const renamed = z.strictObject({ key, ...view });

export const dropped = z.strictObject({
  key,
  forgotten: z.array(threadId).describe("with 'cleanup --dry-run': those that would be"),
  archive: z
    .string()
    .nullable()
    .describe('the folder with everything that was known of them; null where nothing was dropped'),
  deleted: z.boolean().describe('whether they were deleted at Amp too'),
});

const ended = z.strictObject({
  key,
  ended: z
    .array(leftover)
    .describe("the commands that were ended; with 'cleanup --processes --dry-run': those that would be"),
});

const doctor = z.strictObject({
  healthy: z.boolean().describe('whether there is no problem; the exit code is 1 otherwise'),
  findings: z.array(
    z.strictObject({
      about: z.string().describe('what was looked at, in one word'),
      level: z.enum(['ok', 'note', 'problem']),
      found: z.string(),
      fix: z.string().nullable().describe('what to do about it'),
    }),
  ),
});

const imported = z.strictObject({
  key: key.describe('the key that has it now'),
  threads: z.array(threadId),
  chats: count,
});

const exported = z.strictObject({
  format: z.literal('amp-session'),
  version: z.literal(1),
  key,
  exportedAt: time,
  history: z.array(z.string()).describe('the lines of history.jsonl, each JSON with a check sum'),
  chats: z
    .record(z.string(), z.string())
    .describe("AgentAPI's chats by the names of their files: <thread>.json"),
  runner: z
    .strictObject({
      pid: z.int(),
      started: z.number().nullable(),
      machine: z.optional(z.string()),
      quickFailures: count,
      persistence: z.boolean(),
      unrecorded: z.boolean(),
      agent: z
        .strictObject({
          port: z.int().nullable(),
          pidFile: z.string().nullable(),
          stateFile: z.string().nullable(),
          workdir: z.string(),
          ampOptions: z.array(z.string()),
          firewall: z.array(z.string()).optional().describe('what goes in front of Amp'),
        })
        .optional(),
    })
    .nullable()
    .describe('the last start, for a bug report; not imported'),
});

/** The shape of what each command prints with --json, by command, and of the file that `export` writes. */
export const SHAPES = {
  status,
  list,
  show,
  search: list,
  open: opened,
  send,
  new: chosen,
  use: chosen,
  fork: chosen,
  rename: renamed,
  forget: dropped,
  cleanup: dropped,
  'cleanup --processes': ended,
  doctor,
  import: imported,
  export: exported,
} as const;

type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;
type Same<Name extends keyof typeof SHAPES, B> = Alike<z.infer<(typeof SHAPES)[Name]>, B>;
type Alike<A, B> = [Frozen<A>, Frozen<B>] extends [Frozen<B>, Frozen<A>] ? true : false;
type All<T extends readonly true[]> = T;

/** Makes it a compile error if a shape differs from the command's type. */
export type Agreement = All<
  [
    Same<'status', Status>,
    Same<'list', Listing>,
    Same<'show', Shown>,
    Same<'open', Opened>,
    Same<'send', Sent>,
    Same<'new', ChosenThread>,
    Same<'rename', ThreadView & { key: string }>,
    Same<'forget', Dropped>,
    Same<'cleanup --processes', Ended>,
    Same<'doctor', Diagnosis>,
    Same<'import', Imported>,
    Alike<NonNullable<z.infer<typeof exported>['runner']>, Runner>,
  ]
>;
