// What the bundle leaves out of its libraries: parts that the shim never reaches. Coder passes the bundle inside one argument of at
// most 131,071 bytes, and every workspace unpacks and parses it at each start.
//
// `module` is a file below node_modules. `instead` takes its place. A name that the file exports and `instead` does not becomes a function
// that throws, and `missing` makes such a function for a use within: so what is needed after all is noticed by the first test that reaches it.
// `only` leaves such names away altogether, so that to import one fails the build. test/unit/bundle.test.ts runs what is used.

/**
 * @typedef {{ readonly module: string, readonly why: string, readonly instead?: string, readonly only?: true }} LeftOut
 * @type {readonly LeftOut[]}
 */
export const leftOut = [
  {
    module: 'execa/index.js',
    only: true,
    why: 'execa(program, words, options) is the one form used: no execaSync, execaNode or $, no template, no bound options',
    instead: `
      import { execaCoreAsync } from './lib/methods/main-async.js';
      export { ExecaError } from './lib/return/final-error.js';
      export const execa = (program, words = [], options = {}) =>
        typeof program === 'string' && Array.isArray(words)
          ? execaCoreAsync(program, words, { ...options })
          : missing('execa: another form of call')();`,
  },
  {
    module: 'execa/lib/methods/node.js',
    why: 'no Node script is started (options `node`, `nodePath`, `nodeOptions`)',
    instead: `
      export const handleNodeOption = (file, args, { node, nodePath, nodeOptions, ...options }) =>
        node || nodePath || nodeOptions ? missing('execa: option node')() : [file, args, options];`,
  },
  { module: 'npm-run-path/index.js', why: 'programs are found by PATH alone (option `preferLocal`)' },
  {
    module: 'cross-spawn/index.js',
    only: true,
    why: 'all that it does is for Windows; elsewhere its parser gives back copies of what it was given',
    instead: `
      export default {
        _parse: (command, args, options) => ({ command, args: [...args], options: { ...options } }),
      };`,
  },

  // Printing about commands (option `verbose`). NODE_DEBUG=execa would switch it on, and arguments could be secret.
  {
    module: 'execa/lib/verbose/info.js',
    why: 'nothing is printed about commands',
    instead: `
      export const getVerboseInfo = (verbose, command, options) =>
        options.verbose === undefined ? undefined : missing('execa: option verbose')();`,
  },
  {
    module: 'execa/lib/verbose/start.js',
    why: 'the same',
    instead: 'export const logCommand = () => {};',
  },
  {
    module: 'execa/lib/verbose/complete.js',
    why: 'the same',
    instead: 'export const logResult = () => {};',
  },
  {
    module: 'execa/lib/return/message.js',
    why: 'the message of an error says how the program ended; its output, which may hold secrets, is in the result',
    instead: `
      export const createMessages = ({ originalError, exitCode, signal, isCanceled, isMaxBuffer, escapedCommand }) => {
        const originalMessage = originalError?.message || undefined;
        const how = isCanceled
          ? 'was canceled'
          : isMaxBuffer
            ? 'printed more than maxBuffer'
            : originalError?.code !== undefined
              ? 'failed with ' + originalError.code
              : signal !== undefined
                ? 'was killed with ' + signal
                : 'failed with exit code ' + exitCode;
        const shortMessage = ['Command ' + how + ': ' + escapedCommand, originalMessage].filter(Boolean).join('\\n');
        return { originalMessage, shortMessage, message: shortMessage };
      };`,
  },
  {
    module: 'execa/lib/arguments/escape.js',
    why: 'the words in that message need not be fit for a shell',
    instead: `
      export const joinCommand = (program, words) => {
        const command = [program, ...words].join(' ');
        return { command, escapedCommand: JSON.stringify(command).slice(1, -1) };
      };`,
  },

  // Messages between processes (options `ipc`, `ipcInput`, `gracefulCancel`), refused before anything runs.
  {
    module: 'execa/lib/ipc/ipc-input.js',
    why: 'no program that we start speaks with us so',
    instead: `
      export const validateIpcInputOption = ({ ipc }) => ipc && missing('execa: option ipc')();
      export const sendIpcInput = () => {};`,
  },
  {
    module: 'execa/lib/ipc/methods.js',
    why: 'the same',
    instead: 'export const addIpcMethods = () => {};',
  },
  {
    module: 'execa/lib/ipc/buffer-messages.js',
    why: 'the same',
    instead: `
      export const waitForIpcOutput = async ({ ipcOutput }) => ipcOutput;
      export const getBufferedIpcOutput = async (promise, ipcOutput) => ipcOutput;`,
  },
  {
    module: 'execa/lib/terminate/graceful.js',
    why: 'the same',
    instead: `
      export const validateGracefulCancel = () => {};
      export const throwOnGracefulCancel = () => [];`,
  },

  // Ending a program: whoever starts one ends its whole group, by SIGKILL, since a hanging amp may have children and mind no signal.
  {
    module: 'execa/lib/terminate/timeout.js',
    why: 'option `timeout` ends one process only',
    instead: `
      export const validateTimeout = ({ timeout }) => timeout && missing('execa: option timeout')();
      export const throwOnTimeout = () => [];`,
  },
  {
    module: 'execa/lib/terminate/kill.js',
    why: "`.kill()` is Node's own, without a second signal some seconds later (option `forceKillAfterDelay`)",
    instead: `
      export const normalizeForceKillAfterDelay = (delay) => typeof delay === 'boolean' ? false : missing('execa: option forceKillAfterDelay')();
      export const subprocessKill = ({ kill, options }, signal = options.killSignal) => kill(signal);`,
  },
  {
    module: 'execa/lib/terminate/signal.js',
    why: 'signals are given by their names, which Node checks; their descriptions are not shown',
    instead: `
      export const normalizeKillSignal = (name) => name;
      export const getSignalDescription = () => undefined;`,
  },
  {
    module: 'signal-exit/dist/mjs/index.js',
    why: 'it patches process.emit and knows every signal; these four are how a program is told to end',
    instead: `
      const acts = new Set();
      const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'];
      const act = () => acts.forEach((one) => one());
      const onSignal = (signal) => {
        // Somebody else decides what becomes of us.
        if (process.listenerCount(signal) > 1) return;
        act();
        listen('off');
        process.kill(process.pid, signal);
      };
      const listen = (how) => {
        process[how]('exit', act);
        SIGNALS.forEach((signal) => process[how](signal, onSignal));
      };
      export const onExit = (one) => {
        if (acts.size === 0) listen('on');
        acts.add(one);
        return () => acts.delete(one) && acts.size === 0 && listen('off');
      };`,
  },

  // Standard input, output and error.
  {
    module: 'execa/lib/stdio/handle-async.js',
    why: 'each of the three is a name, an open file or stream, or (input) a text; lists, file names, web streams and transforms are not used',
    instead: `
      import { Readable } from 'node:stream';
      import { isStream } from 'is-stream';
      const isUsual = (target) =>
        typeof target === 'number' || ['ignore', 'inherit', 'pipe'].includes(target) || isStream(target, { checkOpen: false });
      export const handleStdioAsync = (options) => {
        const { input, inputFile, stdin = 'pipe', stdout = 'pipe', stderr = 'pipe', stdio = [stdin, stdout, stderr] } = options;
        options.stdio = typeof stdio === 'string' ? [stdio, stdio, stdio] : [...stdio];
        if (options.stdio.length !== 3 || !options.stdio.every(isUsual)) missing('execa: an unusual stdin, stdout, stderr or stdio')();
        if (inputFile !== undefined || (input !== undefined && (typeof input !== 'string' || options.stdio[0] !== 'pipe')))
          missing('execa: an unusual input')();
        const descriptors = options.stdio.map((value, number) => ({
          direction: number === 0 ? 'input' : 'output',
          objectMode: false,
          stdioItems: [{ type: 'native', value }],
        }));
        if (input !== undefined) descriptors[0].stdioItems.push({ type: 'string', value: input, stream: Readable.from(input) });
        return descriptors;
      };`,
  },
  {
    module: 'execa/lib/utils/standard-stream.js',
    why: 'it opens our own three streams as soon as it is loaded, which takes Bun longer than all else of execa',
    instead: `
      const NAMES = ['stdin', 'stdout', 'stderr'];
      export const isStandardStream = (stream) => stream === process[NAMES[stream.fd]];`,
  },
  {
    module: 'execa/lib/stdio/handle.js',
    why: 'the same; what is left is to drop the input of a program that could not be started',
    instead: `
      export const cleanupCustomStreams = ([{ stdioItems }]) => stdioItems.forEach(({ stream }) => stream?.destroy());`,
  },
  {
    module: 'execa/lib/stdio/type.js',
    why: 'the same',
    instead: 'export const TRANSFORM_TYPES = new Set();',
  },
  {
    module: 'execa/lib/resolve/all-async.js',
    why: 'output and error are read apart (option `all`)',
    instead: `
      export const makeAllStream = (process, { all }) => all && missing('execa: option all')();
      export const waitForAllStream = () => undefined;`,
  },
  { module: '@sindresorhus/merge-streams/index.js', why: 'the same' },
  {
    module: 'execa/lib/arguments/specific.js',
    why: 'options hold for output and error alike (`buffer: { stdout: false }`)',
    instead: `
      const defaults = { lines: false, buffer: true, maxBuffer: 100_000_000, verbose: 'none', stripFinalNewline: true };
      export const FD_SPECIFIC_OPTIONS = Object.keys(defaults);
      export const normalizeFdSpecificOption = (options, name) => {
        const value = options[name] ?? defaults[name];
        return typeof value === 'object' ? missing('execa: an object as option ' + name)() : [value, value, value, value];
      };
      export const normalizeFdSpecificOptions = (options) => ({
        ...options,
        ...Object.fromEntries(FD_SPECIFIC_OPTIONS.map((name) => [name, normalizeFdSpecificOption(options, name)])),
      });`,
  },
  {
    module: 'execa/lib/arguments/encoding-option.js',
    why: 'what programs print is text in UTF-8',
    instead: `
      export const BINARY_ENCODINGS = new Set();
      export const validateEncoding = ({ encoding }) => encoding !== 'utf8' && missing('execa: option encoding')();`,
  },
  {
    module: 'execa/lib/io/contents.js',
    why: 'the same; output is one text, not a list (option `lines`)',
    instead: `
      import { StringDecoder } from 'node:string_decoder';
      import { setImmediate } from 'node:timers/promises';
      import { MaxBufferError } from 'get-stream';
      export const getStreamOutput = async ({ stream, onStreamEnd, buffer, maxBuffer, lines }) => {
        if (lines) missing('execa: option lines')();
        if (!buffer) {
          await setImmediate();
          if (stream.readableFlowing === null) stream.resume();
          return undefined;
        }
        const decoder = new StringDecoder();
        let text = '';
        stream.on('data', (bytes) => {
          text += decoder.write(bytes);
          if (text.length > maxBuffer) stream.destroy();
        });
        await onStreamEnd;
        text += decoder.end();
        if (text.length <= maxBuffer) return text;
        throw Object.assign(new MaxBufferError(), { bufferedData: text.slice(0, maxBuffer) });
      };
      export const getBufferedData = (promise) => Promise.resolve(promise).catch(({ bufferedData }) => bufferedData);`,
  },
  {
    module: 'get-stream/source/index.js',
    only: true,
    why: 'the same',
    instead: 'export class MaxBufferError extends Error {}',
  },
  {
    module: 'execa/lib/convert/iterable.js',
    why: 'the same, line by line: of standard output, as text',
    instead: `
      import { on } from 'node:events';
      import { StringDecoder } from 'node:string_decoder';
      export const createIterable = (process, encoding, { from } = {}) => {
        if (from !== undefined || !process.stdout) missing('execa: lines of anything but a stdout that is a pipe')();
        const ended = new AbortController();
        const abort = () => ended.abort();
        process.then(abort, abort);
        return linesOf(process, on(process.stdout, 'data', { signal: ended.signal }), ended.signal);
      };
      async function* linesOf(process, chunks, ended) {
        const decoder = new StringDecoder();
        let rest = '';
        try {
          for await (const [bytes] of chunks) {
            const lines = (rest + decoder.write(bytes)).split('\\n');
            rest = lines.pop();
            yield* lines;
          }
        } catch (error) {
          if (!ended.aborted) throw error;
          rest += decoder.end();
          if (rest !== '') yield rest;
        } finally {
          if (process.stdout.readable) process.stdout.destroy();
          await process;
        }
      }`,
  },
  {
    module: 'execa/lib/return/early-error.js',
    why: "it gives a ChildProcess new streams, which Bun refuses: a program of another machine's kind (ENOEXEC) would throw a TypeError",
    instead: `
      import { EventEmitter } from 'node:events';
      import { PassThrough } from 'node:stream';
      import { cleanupCustomStreams } from '../stdio/handle.js';
      import { handleResult } from './reject.js';
      import { makeEarlyError } from './result.js';
      export const handleEarlyError = (failure) => {
        cleanupCustomStreams(failure.fileDescriptors);
        const error = makeEarlyError({ ...failure, isSync: false });
        const stdio = [0, 1, 2].map(() => new PassThrough().end());
        const [stdin, stdout, stderr] = stdio;
        return {
          subprocess: Object.assign(new EventEmitter(), { stdin, stdout, stderr, stdio, kill: () => false }),
          promise: (async () => handleResult(error, undefined, failure.options))(),
        };
      };`,
  },
  { module: 'execa/lib/pipe/setup.js', why: 'no program is piped into another (`.pipe()`)' },
  { module: 'execa/lib/convert/readable.js', why: 'no program is used as a stream (`.readable()`)' },
  { module: 'execa/lib/convert/writable.js', why: 'the same (`.writable()`)' },
  { module: 'execa/lib/convert/duplex.js', why: 'the same (`.duplex()`)' },

  {
    module: 'jsonc-parser/lib/esm/main.js',
    only: true,
    why: 'three functions are used; its tables of names would stay whether they are used or not',
    instead: `
      import { applyEdit, setProperty } from './impl/edit.js';
      export { parse } from './impl/parser.js';
      export { setProperty as modify };
      // From the end, so that no edit moves the ones before it.
      export const applyEdits = (text, edits) => [...edits].sort((a, b) => b.offset - a.offset).reduce(applyEdit, text);`,
  },
];
