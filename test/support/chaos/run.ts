import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import * as z from 'zod';
import { scriptText } from '../script.ts';

const Report = z.discriminatedUnion('at', [
  z.object({ at: z.literal('step'), step: z.string() }),
  z.object({ at: z.literal('crash'), step: z.string(), lost: z.int() }),
  /** One of the start scripts has ended, the others are still running. */
  z.object({ at: z.literal('left') }),
  z.object({ at: z.literal('up'), pid: z.int(), thread: z.string().nullable(), keepsChat: z.boolean() }),
  z.object({ at: z.literal('loaded'), users: z.array(z.string()), thread: z.string().nullable() }),
  /** A plan was made: whether its prompt is posted to AgentAPI later. */
  z.object({ at: z.literal('planned'), posts: z.boolean() }),
  /** Added by the launcher: `deliver` has ended. It posts nothing where Amp says that the prompt has arrived. */
  z.object({ at: z.literal('delivered') }),
  /** Nothing more is typed, for all that AgentAPI knows: after what it was given at its start, or after a message that was posted. */
  z.object({ at: z.literal('rest'), thread: z.string().nullable(), posted: z.boolean() }),
  z.object({
    at: z.literal('saved'),
    users: z.array(z.string()),
    ready: z.boolean(),
    thread: z.string().nullable(),
  }),
  z.object({ at: z.literal('down'), pid: z.int(), stopped: z.boolean() }),
  /** Amp's runner has done all that it was asked to do: its ID, and the threads that it serves. */
  z.object({ at: z.literal('serving'), pid: z.int(), name: z.string(), threads: z.array(z.string()) }),
  /** Amp's runner could not run. */
  z.object({ at: z.literal('failed'), code: z.string() }),
  /** Added here: start.sh has ended. */
  z.object({ at: z.literal('over') }),
]);

/** What the programs of a start report while they run (inside/steps.ts). */
export type Report = z.infer<typeof Report>;
export type ReportOf<At extends Report['at']> = Report & { readonly at: At };

/** A start script that reports its end; the descriptor is that of inside/steps.ts. */
const LEAVING = `{ bash -c "$0"; echo '{"at":"left"}' >&3; }`;

/** One run of scripts/start.sh or scripts/runner.sh, in its own process group. */
export class Run {
  readonly reports: Report[] = [];
  /** The process group's leader. */
  readonly pid: number;
  /** Resolves when start.sh has ended and nothing that it started still holds its output. */
  readonly over: Promise<void>;
  #log = '';
  #watchers = new Set<() => void>();

  /**
   * @param variables that the module prepends to the script. @param env the complete environment.
   * @param twice whether to run it twice at the same time.
   */
  constructor(
    variables: Record<string, string>,
    env: Record<string, string>,
    twice: boolean,
    name: 'start.sh' | 'runner.sh' = 'start.sh',
  ) {
    const exports = Object.entries(variables).map(
      ([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'`,
    );
    const script = [...exports, scriptText(name)].join('\n');
    const runs = twice ? `${LEAVING} & ${LEAVING} & wait` : 'exec bash -c "$0"';
    const child = execa('bash', ['-c', `export CHAOS_GROUP=$$; ${runs}`, script], {
      cwd: env['HOME'] ?? '/',
      env,
      extendEnv: false,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      all: true,
      buffer: false,
      reject: false,
      detached: true,
    });
    this.pid = child.pid ?? 0;
    child.all.on('data', (data: Buffer) => {
      this.#log += data.toString();
    });
    createInterface({ input: child.stdio[3] as Readable }).on('line', (line) => {
      this.#note(Report.parse(JSON.parse(line)));
    });
    this.over = child.then(() => this.#note({ at: 'over' }));
  }

  /** What start.sh and its programs have written. */
  get log(): string {
    return this.#log;
  }

  /** The reports of one kind so far. */
  of<At extends Report['at']>(at: At): ReportOf<At>[] {
    return this.reports.filter((report): report is ReportOf<At> => report.at === at);
  }

  /** Whether the agent that runs now has been given everything. */
  get isAtRest(): boolean {
    const last = (at: Report['at']) => this.reports.findLastIndex((report) => report.at === at);
    const since = this.reports.slice(last('up') + 1);
    const posts = this.of('planned').at(-1)?.posts ?? false;
    const isDecided = !posts || this.reports.slice(last('planned') + 1).some(({ at }) => at === 'delivered');
    return last('up') >= 0 && since.some((report) => report.at === 'rest' && (report.posted || isDecided));
  }

  /** Whether the agent waits for a prompt about which Amp has yet to be heard. */
  get isWaiting(): boolean {
    const up = this.reports.findLastIndex(({ at }) => at === 'up');
    return up >= 0 && this.reports.slice(up + 1).some(({ at }) => at === 'rest');
  }

  /**
   * Waits until the reports meet a condition.
   * @returns false after so many milliseconds.
   */
  until(wanted: () => boolean, milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (result: boolean): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
        resolve(result);
      };
      const look = (): void => {
        if (wanted()) end(true);
      };
      const timer = setTimeout(() => end(false), milliseconds);
      this.#watchers.add(look);
      look();
    });
  }

  #note(report: Report): void {
    this.reports.push(report);
    for (const look of this.#watchers) look();
  }
}
