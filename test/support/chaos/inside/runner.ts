// A fast `amp --no-tui`: its file, its reports and how readily it forgets (test/conformance/amp-runner.test.ts). The
// folder CHAOS_AMP plays Amp's servers: `asked-<name>`, what people want of the runner of that name, one JSON object a
// line; `accepted-<name>`, what they have heard about that, in the same order.
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linesIn } from '../../lines.ts';
import { report, Steps } from './steps.ts';

type Asked = { readonly thread: string; readonly desired: 'running' | 'stopped'; readonly folder: string };

const steps = new Steps('runner');
const servers = process.env['CHAOS_AMP'] ?? '';
const name = process.argv[process.argv.indexOf('--runner-id') + 1] ?? '';
const workdir = realpathSync(process.cwd());
const folder = join(process.env['HOME'] ?? '', '.local/share/amp/runner');
const file = join(folder, `${createHash('sha256').update(workdir).digest('hex').slice(0, 16)}.json`);
const served = new Map<string, string>();

function tell(type: string, about: Record<string, string> = {}): void {
  process.stdout.write(`${JSON.stringify({ type, ...about, at: new Date().toISOString() })}\n`);
}

/** In place, as Amp does. */
function save(): void {
  const others = [...served].filter(([, where]) => where !== workdir);
  const text = JSON.stringify({
    runnerId: name,
    workingDirectory: workdir,
    servedThreadIds: [...served.keys()],
    servedThreadWorkingDirectories: Object.fromEntries(others),
  });
  const write = (part: string) => () => writeFileSync(file, part);
  steps.take('write its file', write(text), write(text.slice(0, text.length / 2)));
}

function load(): void {
  mkdirSync(folder, { recursive: true });
  try {
    const { servedThreadIds, servedThreadWorkingDirectories: where = {} } = JSON.parse(
      readFileSync(file, 'utf8'),
    );
    for (const thread of servedThreadIds) served.set(thread, where[thread] ?? workdir);
  } catch {
    // Missing or cut off: it begins anew.
  }
}

function reasonToDrop(thread: string, where: string): string | null {
  if (existsSync(join(servers, 'deleted', thread))) return 'missing';
  if (existsSync(join(servers, 'archived', thread))) return 'archived';
  return existsSync(where) ? null : 'directory_missing';
}

/** Does what it was asked to and has not heard to be done yet. */
function obey(): void {
  const accepted = join(servers, `accepted-${name}`);
  const asked = linesIn(join(servers, `asked-${name}`)).map((line): Asked => JSON.parse(line));
  for (const { thread, desired, folder: where } of asked.slice(linesIn(accepted).length)) {
    // A folder that isn't there is no folder of this runner's: nobody can ask for it.
    const isPossible = desired === 'stopped' || served.has(thread) || existsSync(where);
    if (desired === 'running' && isPossible && !served.has(thread)) {
      tell('thread_requested', { threadId: thread });
      steps.take('attach to a thread', () => tell('thread_started', { threadId: thread }));
      served.set(thread, where);
    } else if (desired === 'stopped' && served.delete(thread)) {
      steps.take('let go of a thread', () => tell('thread_stopped', { threadId: thread, reason: 'stopped' }));
    }
    save();
    steps.take('hear that it is done', () => appendFileSync(accepted, isPossible ? 'done\n' : 'refused\n'));
  }
  report({ at: 'serving', pid: process.pid, name, threads: [...served.keys()] });
}

function run(): void {
  steps.take('begin', () => tell('hello'));
  if (readFileSync(join(servers, 'mood'), 'utf8') === 'offline') {
    tell('fatal', { code: 'server_unavailable', message: "Couldn't connect to the Amp server." });
    report({ at: 'failed', code: 'server_unavailable' });
    process.exit(1);
  }
  load();
  for (const [threadId, workingDirectory] of [...served]) {
    const reason = reasonToDrop(threadId, workingDirectory);
    if (reason === null) continue;
    served.delete(threadId);
    tell('thread_dropped', { threadId, reason, workingDirectory });
  }
  save();
  for (const threadId of served.keys()) tell('thread_started', { threadId });
  steps.take('register', () => tell('registered'));
  process.on('SIGUSR2', obey);
  process.on('SIGTERM', () => process.exit(0));
  obey();
  // Until it is told to end.
  setInterval(() => undefined, 1 << 30);
}

run();
