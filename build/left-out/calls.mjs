// Of execa: forms of call, what is told about them, and how a program ends.

/** @type {readonly import('../left-out.mjs').LeftOut[]} */
export const calls = [
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
];
