// Of execa: standard input, output and error.

/** @type {readonly import('../left-out.mjs').LeftOut[]} */
export const streams = [
  {
    module: 'execa/lib/stdio/handle-async.js',
    why: 'each of the three is a name, an open file, or (input) a text; streams, lists, file names, web streams and transforms are not used',
    instead: `
      import { Readable } from 'node:stream';
      const isUsual = (target) => typeof target === 'number' || ['ignore', 'inherit', 'pipe'].includes(target);
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
];
