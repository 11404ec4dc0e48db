import { PassThrough } from 'node:stream';
import { execa } from 'execa';

const started = () => execa('true', [], { stdin: 'ignore', reject: false });

/** What the bundle has no part for: each must say so, and not do something else. */
export const REFUSALS: Readonly<Record<string, () => unknown>> = {
  verbose: () => execa('true', [], { verbose: 'short' }),
  ipc: () => execa('true', [], { ipc: true }),
  ipcInput: () => execa('true', [], { ipcInput: 'x' }),
  gracefulCancel: () => {
    const { signal } = new AbortController();
    return execa('true', [], { gracefulCancel: true, cancelSignal: signal });
  },
  timeout: () => execa('true', [], { timeout: 1_000 }),
  forceKillAfterDelay: () => execa('true', [], { forceKillAfterDelay: 1_000 }),
  node: () => execa('true', [], { node: true }),
  preferLocal: () => execa('true', [], { preferLocal: true }),
  encoding: () => execa('true', [], { encoding: 'buffer' }),
  'an object as an option': () => execa('true', [], { buffer: { stdout: false } }),
  lines: () => execa('true', [], { lines: true }),
  all: () => execa('true', [], { all: true }),
  'a list of targets': () => execa('true', [], { stdout: ['pipe', 'inherit'] }),
  'a file name': () => execa('true', [], { stdout: { file: 'name' } }),
  'a transform': () =>
    execa('true', [], {
      *stdout(line: unknown) {
        yield line;
      },
    }),
  'a stream as output': () => execa('true', [], { stdout: new PassThrough() }),
  'a fourth descriptor': () => execa('true', [], { stdio: ['pipe', 'pipe', 'pipe', 'pipe'] }),
  inputFile: () => execa('true', [], { inputFile: 'name' }),
  'a stream as input': () => execa('true', [], { input: new PassThrough() }),
  'a template': () => execa`true`,
  pipe: () => started().pipe('cat'),
  readable: () => started().readable(),
  writable: () => started().writable(),
  duplex: () => started().duplex(),
  'lines of standard error': () => started().iterable({ from: 'stderr' }),
};
