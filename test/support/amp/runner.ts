import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { waitUntil } from '../wait.ts';
import { PRIVATE } from './home.ts';
import { ampEnv } from './real-amp.ts';
import type { RealAmp } from './real-run.ts';
import type { AmpServer } from './server.ts';
import { textOf } from './threads.ts';

/** One line of `amp --no-tui --output-format json`. */
export type RunnerEvent = Readonly<Record<string, unknown>> & { readonly type: string };

export type RealRunner = {
  readonly pid: number;
  readonly events: readonly RunnerEvent[];
  /** All that it has written so far. */
  readonly printed: () => string;
  /** Waits for an event with these fields. */
  readonly until: (fields: Partial<RunnerEvent>) => Promise<void>;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Its exit status, or null if a signal ended it. */
  readonly ended: Promise<number | null>;
};

/** Starts `amp --no-tui` in the work folder; the caller ends it. @param env variables besides the usual ones. */
export function startRunner(
  amp: RealAmp,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): RealRunner {
  const events: RunnerEvent[] = [];
  const program = execa('amp', ['--no-tui', '--output-format', 'json', ...args], {
    cwd: amp.workdir,
    env: { ...ampEnv({ home: amp.home, server: amp.server }), ...env },
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    buffer: false,
  });
  let printed = '';
  let unfinished = '';
  program.stderr.on('data', (text) => {
    printed += String(text);
  });
  program.stdout.on('data', (text) => {
    printed += String(text);
    const lines = (unfinished + String(text)).split('\n');
    unfinished = lines.pop() ?? '';
    events.push(...lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line)));
  });
  return {
    pid: program.pid ?? 0,
    events,
    printed: () => printed,
    until: async (fields) => {
      const isIt = (event: RunnerEvent) =>
        Object.entries(fields).every(([key, value]) => event[key] === value);
      await waitUntil(JSON.stringify(fields), async () => ({ done: events.some(isIt), seen: printed }));
    },
    kill: (signal) => void program.kill(signal),
    ended: program.then(({ exitCode }) => exitCode ?? null),
  };
}

/** Amp's file about the runner of the work folder. */
export function runnerFile(amp: RealAmp) {
  const name = createHash('sha256').update(amp.workdir).digest('hex').slice(0, 16);
  const path = `${PRIVATE}/runner/${name}.json`;
  return {
    path,
    text: () => readFileSync(join(amp.home, path), 'utf8'),
    read: (): Record<string, unknown> => JSON.parse(readFileSync(join(amp.home, path), 'utf8')),
    write: (text: string) => writeFileSync(join(amp.home, path), text),
  };
}

/** Has somebody run a command in a thread on Amp's site. @returns what the runner's machine answered. */
export function ran(amp: AmpServer, thread: string, command: string): Promise<string> {
  return answered(amp, thread, () => amp.say(thread, `run: ${command}`));
}

/** Waits for the answer to what is said in a thread. @param say gives the thread one message. */
export async function answered(amp: AmpServer, thread: string, say: () => unknown): Promise<string> {
  const said = () => amp.threads.get(thread)?.messages.map(textOf) ?? [];
  const before = said().length;
  await say();
  const all = await waitUntil('the answer', async () => ({
    done: said().length === before + 2,
    seen: said(),
  }));
  return all.at(-1) ?? '';
}
