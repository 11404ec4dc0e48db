import { appendFileSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runAgent } from './agent.ts';
import { defaultAnswer } from './defaults.ts';
import { CALLS, type FakeAnswer, type FakeScript, RECEIVED, SCRIPT } from './script.ts';

// Runs as `<dir>/fake-amp.mjs` (see installFakeAmp): one invocation of the fake `amp`.
const dir = dirname(fileURLToPath(import.meta.url));
const script = JSON.parse(readFileSync(join(dir, SCRIPT), 'utf8')) as FakeScript;
const argv = process.argv.slice(2);
// Global options may precede `threads`.
const words = argv.includes('threads') ? argv.slice(argv.indexOf('threads')) : argv;
const line = words.join(' ');
const matched =
  Object.keys(script.commands ?? {})
    .filter((key) => line === key || line.startsWith(`${key} `))
    .sort((a, b) => b.length - a.length)[0] ?? null;
const earlier = matched === null ? 0 : countCalls(matched);

appendFileSync(
  join(dir, CALLS),
  `${JSON.stringify({
    argv,
    cwd: process.cwd(),
    pid: process.pid,
    env: Object.keys(process.env)
      .filter((name) => /^(AMP|AGENTAPI|AGENT|CODER)_/.test(name))
      .sort(),
    matched,
  })}\n`,
);

const record = (thread: string, message: string) =>
  appendFileSync(join(dir, RECEIVED), `${JSON.stringify({ thread, message })}\n`);
const scripted = matched === null ? undefined : script.commands?.[matched];
const answer =
  scripted === undefined ? defaultAnswer(words, join(dir, RECEIVED), record) : pick(scripted, earlier);

if (answer === null) runAgent(words, script.agent ?? {}, record);
else setTimeout(() => give(answer), answer.delay ?? 0);

function give({ stdout = '', stderr = '', exitCode = 0, hang = false }: FakeAnswer): void {
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = exitCode;
  // A handle that never fires keeps the process alive.
  if (hang) setInterval(() => {}, 1 << 30);
}

function pick(answers: FakeAnswer | readonly FakeAnswer[], turn: number): FakeAnswer {
  if (!Array.isArray(answers)) return answers as FakeAnswer;
  return (answers as readonly FakeAnswer[])[Math.min(turn, answers.length - 1)] ?? {};
}

function countCalls(key: string): number {
  try {
    const lines = readFileSync(join(dir, CALLS), 'utf8').split('\n').slice(0, -1);
    return lines.filter((call) => (JSON.parse(call) as { matched: unknown }).matched === key).length;
  } catch {
    return 0;
  }
}
