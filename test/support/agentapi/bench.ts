import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PassThrough } from 'node:stream';
import { execa } from 'execa';
import { test as base, expect, vi } from 'vitest';
import * as z from 'zod';
import type { CliResult } from '../cli/home.ts';
import { HANG_MS } from '../limits.ts';
import { freePort } from '../ports.ts';
import { agentapiDir } from './agentapi.ts';
import { type AgentapiClient, agentapiClient } from './client.ts';
import { echoAgent, waitForEcho } from './echo-record.ts';
import { LATE_LOOK_VARIABLE } from './stand-in/pauses.ts';

const State = z.strictObject({
  version: z.literal(1),
  messages: z.array(
    z.strictObject({
      id: z.int(),
      message: z.string(),
      role: z.enum(['agent', 'user']),
      time: z.iso.datetime(),
    }),
  ),
  initial_prompt: z.string(),
  initial_prompt_sent: z.boolean(),
});

/** AgentAPI's complete state file: a missing or additional field is an error. */
export type SavedState = z.infer<typeof State>;

export type Served = {
  readonly pid: number;
  readonly port: number;
  readonly client: AgentapiClient;
  readonly ended: Promise<CliResult>;
  /** Its standard output so far. */
  log(): string;
  kill(signal: NodeJS.Signals): void;
  /** Ends it with SIGTERM. */
  stop(): Promise<CliResult>;
};

/** How to start one: flags other than type and port, and the agent's own options (echo-agent.ts). */
export type ServeOptions = {
  /** Standard input: the content of a file, an open pipe, or null for /dev/null. */
  readonly stdin?: string | { readonly pipe: PassThrough } | null;
  readonly flags?: readonly string[];
  readonly env?: Record<string, string>;
  readonly agent?: readonly string[];
  readonly port?: number;
};

/** What an agent without an input box shows. */
const UNREADY = 'Thread T-0 does not exist.';
/** Shows it before the agent, which takes as long as Node to come up: a shell is there almost at once. */
const SAY_AT_ONCE = ['sh', '-c', `echo '${UNREADY}'; exec "$@"`, 'sh'];

/** A temporary folder with a home, in which one test runs servers on one state file. */
export class Bench {
  readonly root: string;
  /** In a folder that doesn't exist yet. */
  readonly state: string;
  readonly pidFile: string;
  #stops: (() => Promise<CliResult>)[] = [];
  #starts = 0;

  /** @param name part of the folder's name. */
  constructor(name: string) {
    this.root = mkdtempSync(join(tmpdir(), `agentapi-${name}-`));
    this.state = join(this.root, 'volume', 'state.json');
    this.pidFile = join(this.root, 'volume', 'agentapi.pid');
  }

  /** The record of the echo agent that was started last. */
  get record(): string {
    return join(this.root, `echo-${this.#starts}.jsonl`);
  }

  /** Flags of a server that keeps its state. */
  get stateFlags(): string[] {
    return ['--state-file', this.state];
  }

  /** Starts a server with an echo agent, without waiting. */
  async start({ stdin = null, flags = [], env = {}, agent = [], port }: ServeOptions = {}): Promise<Served> {
    this.#starts++;
    const home = join(this.root, 'home');
    mkdirSync(home, { recursive: true });
    const listenOn = port ?? (await freePort());
    const args = [
      '--type',
      'amp',
      '--port',
      String(listenOn),
      ...flags,
      '--',
      ...(agent.some((option) => ['--hold', '--exit'].includes(option)) ? SAY_AT_ONCE : []),
      ...echoAgent(this.record, ...agent),
    ];
    const server = [join(agentapiDir(), 'agentapi'), 'server', ...args];
    const isPipe = typeof stdin === 'object' && stdin !== null;
    // The file itself, as in the start script, rather than a pipe of execa's.
    const command = isPipe ? server : ['sh', '-c', 'exec "$@" < "$0"', this.#putStdin(stdin), ...server];
    const child = execa(command[0] ?? '', command.slice(1), {
      cwd: this.root,
      env: { PATH: process.env['PATH'] ?? '', HOME: home, TMPDIR: this.root, ...env },
      extendEnv: false,
      reject: false,
      // A server may take 10 s to end: 5 s for open requests and 5 s for its agent.
      forceKillAfterDelay: 15_000,
    });
    if (isPipe) stdin.pipe.pipe(child.stdin);
    let log = '';
    child.stdout.on('data', (data: Buffer) => {
      log += data.toString();
    });
    const ended = child.then(({ exitCode, stdout, stderr }) => ({ exitCode, stdout, stderr }));
    const kill = (signal: NodeJS.Signals): void => void child.kill(signal);
    const stop = (): Promise<CliResult> => {
      kill('SIGTERM');
      return ended;
    };
    this.#stops.push(stop);
    return {
      pid: child.pid ?? 0,
      port: listenOn,
      client: agentapiClient(listenOn),
      ended,
      log: () => log,
      kill,
      stop,
    };
  }

  /**
   * Starts a server with an agent that delays its input box, with or without an earlier chat. AgentAPI takes
   * a blank screen for one with an input box: if its first look comes before anything is on the screen, it
   * has already loaded its state and queued its prompt. That is not the situation asked for: the stand-in is
   * told to look late, and the real AgentAPI, which can't be told, is started until it gets there.
   */
  async serveUnready(options: ServeOptions, earlier: SavedState | null): Promise<Served> {
    for (;;) {
      rmSync(this.state, { force: true });
      if (earlier !== null) this.writeState(earlier);
      const server = await this.start({
        ...options,
        agent: options.agent ?? ['--hold'],
        flags: [...this.stateFlags, ...(options.flags ?? [])],
        env: { [LATE_LOOK_VARIABLE]: '1', ...options.env },
      });
      const tookBlank = (): boolean =>
        /No previous state to load|Successfully loaded state/.test(server.log());
      await vi.waitFor(async () => {
        const shown = (await server.client.messages())[0]?.content ?? '';
        expect(tookBlank() || shown.includes(UNREADY)).toBe(true);
      }, HANG_MS);
      if (!tookBlank()) return server;
      await server.stop();
    }
  }

  /** Starts a server and waits until it is stable, its prompt typed if it had one. */
  async serve(options: ServeOptions = {}): Promise<Served> {
    const server = await this.start(options);
    await server.client.waitUntilAnswers();
    await server.client.waitForStatus('stable');
    return server;
  }

  /** Sends SIGUSR2 to the echo agent that was started last, once it runs (echo-agent.ts says what that does). */
  async signalAgent(): Promise<void> {
    const { started } = await waitForEcho(this.record, (echo) => echo.started !== null);
    if (started !== null) process.kill(started.pid, 'SIGUSR2');
  }

  /** The saved state. @throws if it doesn't have the documented form. */
  readState(): SavedState {
    return State.parse(JSON.parse(readFileSync(this.state, 'utf8')));
  }

  /** Writes a state file; an object is written as JSON. */
  writeState(content: SavedState | string): void {
    mkdirSync(join(this.root, 'volume'), { recursive: true });
    writeFileSync(this.state, typeof content === 'string' ? content : JSON.stringify(content));
  }

  writePidFile(content: string): void {
    mkdirSync(join(this.root, 'volume'), { recursive: true });
    writeFileSync(this.pidFile, content);
  }

  /** Kills what is still running and removes the folder. */
  async dispose(): Promise<void> {
    await Promise.all(this.#stops.map((stop) => stop()));
    rmSync(this.root, { recursive: true });
  }

  #putStdin(content: string | null): string {
    if (content === null) return '/dev/null';
    const path = join(this.root, `stdin-${this.#starts}`);
    writeFileSync(path, content);
    return path;
  }
}

/** vitest's test with a bench of its own. */
export const test = base.extend<{ bench: Bench }>({
  bench: async ({ task }, use) => {
    const bench = new Bench(task.id);
    await use(bench);
    await bench.dispose();
  },
});
