import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { applyEdits, modify, type ParseError, parse } from 'jsonc-parser';

const bash = (script: string) => ['bash', ['-c', script]] as const;
const options = { reject: false, stdin: 'ignore' } as const;

type Use = { readonly gives: unknown; readonly run: (folder: string) => Promise<unknown> };

/** Every way in which the shim uses what build/left-out makes smaller, each with what it is to give. */
export const USES: Readonly<Record<string, Use>> = {
  'both outputs': {
    gives: [0, false, 'out', 'err'],
    run: async () => {
      const run = await execa(...bash('printf out; printf err >&2'), { ...options, detached: true });
      return [run.exitCode, run.failed, run.stdout, run.stderr];
    },
  },
  'a failure, and output without its last line end': {
    gives: [3, true, 'é\n', ''],
    run: async () => {
      const run = await execa(...bash('echo é; echo; exit 3'), { ...options, detached: true });
      return [run.exitCode, run.failed, run.stdout, run.stderr];
    },
  },
  'an open file as output': {
    gives: [0, null, 'err', 'to the file\n'],
    run: async (folder) => {
      const file = openSync(join(folder, 'out'), 'wx');
      const run = await execa(...bash('echo to the file; echo err >&2'), {
        ...options,
        stdout: file as never,
      });
      closeSync(file);
      return [run.exitCode, run.stdout ?? null, run.stderr, readFileSync(join(folder, 'out'), 'utf8')];
    },
  },
  'no such program': {
    gives: [null, true, 'ENOENT'],
    run: async () => {
      const run = await execa('no-such-program', ['x'], { ...options, detached: true });
      return [run.exitCode ?? null, run.failed, codeOf(run.cause)];
    },
  },
  'an argument that is too long': {
    gives: [null, true, 'E2BIG'],
    run: async () => {
      const run = await execa('true', ['x'.repeat(200_000)], options);
      return [run.exitCode ?? null, run.failed, codeOf(run.cause)];
    },
  },
  'killed with its group: what it printed is kept': {
    gives: [null, 'SIGKILL', 'before'],
    run: async () => {
      const call = execa(...bash('echo before; sleep 100 & wait'), { ...options, detached: true });
      await once(call.stdout, 'data');
      process.kill(-(call.pid ?? 0), 'SIGKILL');
      const run = await call;
      return [run.exitCode ?? null, run.signal, run.stdout];
    },
  },
  'killed, while somebody else still holds its pipes': {
    gives: [null, 'SIGKILL'],
    run: async () => {
      const call = execa(...bash('echo before; setsid sleep 5 & wait'), { ...options, detached: true });
      await once(call.stdout, 'data');
      process.kill(-(call.pid ?? 0), 'SIGKILL');
      call.stdout.destroy();
      call.stderr.destroy();
      const run = await call;
      return [run.exitCode ?? null, run.signal];
    },
  },
  'a signal by its name': {
    gives: 7,
    run: async () => {
      const call = execa(...bash('trap "exit 7" USR1; echo ready; while :; do sleep 0.01; done'), options);
      await once(call.stdout, 'data');
      call.kill('SIGUSR1');
      return (await call).exitCode;
    },
  },
  'ended by an AbortSignal': {
    gives: [true, 'SIGTERM'],
    run: async () => {
      const controller = new AbortController();
      const call = execa(...bash('echo ready; exec sleep 100'), {
        ...options,
        cancelSignal: controller.signal,
      });
      await once(call.stdout, 'data');
      controller.abort();
      const run = await call;
      return [run.isCanceled, run.signal];
    },
  },
  'a text as input': {
    gives: [0, true],
    run: async () => {
      const text = 'line é\n'.repeat(50_000);
      const run = await execa('cat', [], { reject: false, input: text, stripFinalNewline: false });
      return [run.exitCode, run.stdout === text];
    },
  },
  'a text that is not read': {
    gives: [0, false],
    run: async () => {
      const run = await execa('true', [], { reject: false, input: 'x'.repeat(1_000_000) });
      return [run.exitCode, run.failed];
    },
  },
  'line by line': {
    gives: [['one', 'two é', '', 'last'], 2],
    run: async () => {
      const lines: string[] = [];
      const call = execa(...bash('printf "one\\ntw"; sleep 0.05; printf "o é\\n\\nlast"; exit 2'), options);
      for await (const line of call) lines.push(line);
      return [lines, (await call).exitCode];
    },
  },
  'too much output': {
    gives: [true, true, 'y\ny\ny\ny\ny'],
    run: async () => {
      const run = await execa('yes', [], { ...options, maxBuffer: 10 });
      return [run.failed, run.isMaxBuffer, run.stdout];
    },
  },
  'this environment only': {
    gives: 'ONLY=1\nPATH=/usr/bin:/bin',
    run: async () => {
      const env = { ONLY: '1', PATH: '/usr/bin:/bin' };
      return (await execa('env', [], { ...options, env, extendEnv: false })).stdout;
    },
  },
  rejects: {
    gives: true,
    run: async () => {
      const error: unknown = await execa(...bash('exit 9'), { stdin: 'ignore' }).catch((why: unknown) => why);
      return error instanceof Error && /^Command failed with exit code 9: bash /.test(error.message);
    },
  },
  'our own output, shared': {
    gives: 4,
    run: async () => {
      const shared = ['ignore', 'inherit', 'inherit'] as const;
      return (await execa(...bash('echo shared >&2; exit 4'), { stdio: shared, reject: false })).exitCode;
    },
  },
  'another folder': {
    gives: true,
    run: async (folder) => (await execa('pwd', [], { ...options, cwd: folder })).stdout === folder,
  },
  'settings with comments': {
    gives: [
      '{\n  // mine\n  "a": 1,\n  "b": {\n    "c": [\n      true\n    ]\n  },\n}',
      '{\n  "b": {\n    "c": [\n      true\n    ]\n  },\n}',
      { a: 1 },
      0,
    ],
    run: async () => {
      const errors: ParseError[] = [];
      const text = '{\n  // mine\n  "a": 1,\n}';
      const format = { formattingOptions: { insertSpaces: true, tabSize: 2 } };
      const changed = applyEdits(text, modify(text, ['b', 'c'], [true], format));
      const removed = applyEdits(changed, modify(changed, ['a'], undefined, format));
      return [changed, removed, parse(text, errors, { allowTrailingComma: true }), errors.length];
    },
  },
};

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && 'code' in cause ? cause.code : null;
}
