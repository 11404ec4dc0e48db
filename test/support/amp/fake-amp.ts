import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { temporaryFolder } from '../folders.ts';
import { linesIn } from '../lines.ts';
import { CALLS, type FakeCall, type FakeMessage, type FakeScript, RECEIVED, SCRIPT } from './fake/script.ts';

export type { FakeCall, FakeMessage, FakeScript } from './fake/script.ts';

/** A scriptable `amp` in a folder. */
export type FakeAmp = {
  /** The folder to put on PATH. */
  readonly dir: string;
  /** Every invocation so far, in order of their start. */
  readonly calls: () => FakeCall[];
  /** Every message that an agent received, byte for byte, in order. */
  readonly received: () => FakeMessage[];
  readonly rescript: (script: FakeScript) => void;
};

const PROGRAM = fileURLToPath(new URL('fake/program.ts', import.meta.url));

/**
 * Writes an executable `amp` that follows a script, for what the real one can't be made to do.
 * @param script what differs from the defaults; see `FakeScript`.
 * @param dir created if missing, by default one that is removed after the test; what it is called with and told is
 * written there, too.
 */
export function installFakeAmp(script: FakeScript = {}, dir: string = temporaryFolder()): FakeAmp {
  mkdirSync(dir, { recursive: true });
  const program = join(dir, 'fake-amp.mjs');
  writeFileSync(program, bundle());
  // A launcher instead of a shebang: Node's path may contain spaces or be too long for one. `exec` keeps the
  // pid.
  const launcher = join(dir, 'amp');
  writeFileSync(launcher, `#!/bin/sh\nexec ${quoted(process.execPath)} ${quoted(program)} "$@"\n`);
  chmodSync(launcher, 0o755);
  const rescript = (next: FakeScript) => writeFileSync(join(dir, SCRIPT), JSON.stringify(next));
  rescript(script);
  return {
    dir,
    rescript,
    calls: () => linesIn(join(dir, CALLS)).map((line): FakeCall => JSON.parse(line)),
    received: () => linesIn(join(dir, RECEIVED)).map((line): FakeMessage => JSON.parse(line)),
  };
}

let bundled: Uint8Array | undefined;

/** The program as one file: the same for every `amp`, so it is built for the first one only. */
function bundle(): Uint8Array {
  bundled ??= buildSync({
    entryPoints: [PROGRAM],
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node18',
  }).outputFiles[0]?.contents;
  if (bundled === undefined) throw new Error(`esbuild made nothing of ${PROGRAM}`);
  return bundled;
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}
