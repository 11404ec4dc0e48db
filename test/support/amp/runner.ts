import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { vi } from 'vitest';
import { HANG_MS } from '../limits.ts';
import { PRIVATE } from './home.ts';
import { ampEnv } from './real-amp.ts';
import type { RealAmp } from './real-run.ts';

/** One line of `amp --no-tui --output-format json`. */
export type RunnerEvent = Readonly<Record<string, unknown>> & { readonly type: string };

export type RealRunner = {
  readonly pid: number;
  readonly events: readonly RunnerEvent[];
  /** All that it has written so far. */
  readonly printed: () => string;
  /** Waits for an event with these fields. */
  readonly until: (fields: Partial<RunnerEvent>) => Promise<RunnerEvent>;
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
    until: (fields) =>
      vi.waitFor(
        () => {
          const found = events.find((event) =>
            Object.entries(fields).every(([key, value]) => event[key] === value),
          );
          if (found === undefined) throw new Error(`no ${JSON.stringify(fields)} in ${printed}`);
          return found;
        },
        { timeout: HANG_MS },
      ),
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
