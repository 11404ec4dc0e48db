import { appendFileSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runAgent } from './agent.ts';
import { defaultAnswer } from './defaults.ts';
import { CALLS, type FakeAnswer, type FakeScript, RECEIVED, SCRIPT } from './script.ts';

// Runs as `<dir>/fake-amp.mjs` (see installFakeAmp): one invocation of the fake `amp`.
const dir = dirname(fileURLToPath(import.meta.url));
const { commands = {} } = JSON.parse(readFileSync(join(dir, SCRIPT), 'utf8')) as FakeScript;
const argv = process.argv.slice(2);
// Global options may precede `threads`.
const words = argv.includes('threads') ? argv.slice(argv.indexOf('threads')) : argv;
const line = words.join(' ');
const [matched = null] = Object.keys(commands)
  .filter((key) => line === key || line.startsWith(`${key} `))
  .sort((a, b) => b.length - a.length);
appendFileSync(join(dir, CALLS), `${JSON.stringify({ argv, cwd: process.cwd(), matched })}\n`);

const received = join(dir, RECEIVED);
const answer = matched === null ? defaultAnswer(words, received) : (commands[matched] ?? {});
if (answer !== null) give(answer);
else
  runAgent(words, (thread, message) => appendFileSync(received, `${JSON.stringify({ thread, message })}\n`));

function give({ stdout = '', stderr = '', exitCode = 0, hang = false }: FakeAnswer): void {
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = exitCode;
  // A handle that never fires keeps the process alive.
  if (hang) setInterval(() => {}, 1 << 30);
}
