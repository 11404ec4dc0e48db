import { type Activity, activityOf } from '../agent/activity.ts';
import { afterFailures } from '../agent/failures.ts';
import { type LiveAgent, liveAgent } from '../agent/live.ts';
import { WHERE_TO_ANSWER } from '../agent/question.ts';
import type { CommandLine } from '../cli/parse.ts';
import { afterRestart } from '../key/after-restart.ts';
import type { Key } from '../key/key.ts';
import { HOW_TO_END, type LeftoverView, leftovers, leftoverView, leftoverWords } from '../key/leftovers.ts';
import { shortened, shortId } from '../key/reference.ts';
import { MOVED_HERE, type ThreadView, viewOf } from '../key/view.ts';
import { type LiveRunner, liveRunner } from '../runner/live.ts';
import { readRunner } from '../store/runner.ts';
import type { Session } from '../store/session.ts';
import { print, printJson } from '../terminal/output.ts';
import { linked, paint } from '../terminal/paint.ts';
import { cut, plain, table } from '../terminal/table.ts';
import { absolute, ago } from '../terminal/time.ts';

/** What `amp-session status --json` prints (docs/amp-session.schema.json). */
export type Status = {
  readonly key: string;
  /**
   * The thread of the next start, which is the agent's current one unless another was chosen. Null before the
   * first.
   */
  readonly thread: ThreadView | null;
  readonly agent: {
    /** `waiting`: a start script is running, but AgentAPI is not (starting or restarting). */
    readonly state: 'running' | 'waiting' | 'stopped';
    /** The thread that a running agent is in; null where it runs without a record, or in one of its own. */
    readonly thread: string | null;
    /** Where AgentAPI answers, while it runs. */
    readonly url: string | null;
    /** What it is doing; null while it doesn't run, and where nobody knows (in a terminal). */
    readonly doing: Activity['doing'];
    /** What it asks a person and waits for; null if nothing. */
    readonly question: string | null;
    /** How often in a row it has ended right after its start; 0 while it runs. */
    readonly failedStarts: number;
  };
  /**
   * What the agent's last restart has left behind in its thread, as Amp says; null if there was none, or nobody knows.
   */
  readonly afterRestart: {
    /** Whether the last turn is unfinished although the agent is idle. */
    readonly interrupted: boolean;
    /** How many messages the chat lacks because they came while the agent wasn't running. */
    readonly chatLacks: number;
  } | null;
  /** Commands of earlier agents and runners that outlived them; null where the system doesn't show its processes. */
  readonly leftovers: readonly LeftoverView[] | null;
  /** Amp's runner (enable_runner); null where none is there. */
  readonly runner: {
    readonly name: string;
    readonly state: LiveRunner['state'];
    /** The threads that it serves. */
    readonly threads: readonly string[];
    /** Why it can't run now; null if it can. */
    readonly trouble: string | null;
  } | null;
  /** Whether the last start records and resumes; null before the first. */
  readonly persistence: boolean | null;
};

/** What one line says of it. A dashboard asks for that every few seconds, so no process is looked for. */
type Brief = Omit<Status, 'leftovers' | 'afterRestart'>;

/**
 * Shows which thread a key is in. Asks nobody but the AgentAPI of this machine and, once after each restart of the agent,
 * Amp; takes no lock and works offline.
 */
export async function status(key: Key, command: CommandLine): Promise<void> {
  if (command.flag('line') && !command.flag('json')) {
    const { brief } = await briefOf(key);
    return print(`${plain(formatLine(brief, new Date()))}\n`);
  }
  const found = await statusOf(key);
  if (command.flag('json')) printJson(found);
  else print(formatStatus(found, new Date()));
}

/** Gathers what is known of a key. */
export async function statusOf(key: Key): Promise<Status> {
  const { brief, session, live } = await briefOf(key);
  const found = brief.persistence === true ? await afterRestart(key, session, live, brief.agent.doing) : null;
  return {
    ...brief,
    afterRestart: found === null ? null : { interrupted: found.interrupted, chatLacks: found.chatLacks },
    leftovers: leftovers(key, live)?.map(leftoverView) ?? null,
  };
}

type Looked = { readonly brief: Brief; readonly session: Session; readonly live: LiveAgent };

async function briefOf(key: Key): Promise<Looked> {
  const session: Session = key.read();
  const live: LiveAgent = liveAgent(key.paths, session);
  const runner = readRunner(key.paths.runner);
  const brief = {
    key: key.name,
    thread: session.active === null ? null : viewOf(session, session.active, key.config.ampUrl),
    agent: {
      state: live.kind,
      thread: live.kind === 'running' ? live.thread : null,
      url: live.kind === 'running' ? live.url : null,
      ...(await activityOf(live)),
      failedStarts: live.kind === 'running' ? 0 : (runner?.quickFailures ?? 0),
    },
    runner: runnerView(liveRunner(key.paths, key.config)),
    persistence: runner?.persistence ?? null,
  };
  return { brief, session, live };
}

function runnerView(runner: LiveRunner | null): Status['runner'] {
  if (runner === null) return null;
  const { name, state, threads, trouble } = runner;
  return { name, state, threads, trouble };
}

/** A status for a person to read. */
export function formatStatus(found: Status, now: Date): string {
  const { thread } = found;
  const when = (iso: string) => `${ago(iso, now)} (${absolute(iso)})`;
  const rows: (readonly [string, string])[] = [
    ['key', plain(found.key)],
    ['thread', thread === null ? 'none yet' : thread.thread],
  ];
  if (thread !== null) {
    rows.push(['url', plain(thread.url)]);
    if (thread.name !== null) rows.push(['name', plain(thread.name)]);
    if (thread.title !== null) rows.push(['title', plain(thread.title)]);
    if (thread.reason !== null) rows.push(['why', whyOf(thread.reason, thread.since, now)]);
    if (thread.since !== null) rows.push(['since', when(thread.since)]);
    if (thread.lastStart !== null)
      rows.push(['last start', `${when(thread.lastStart)}, start ${thread.starts}`]);
    if (thread.sends > 0) rows.push(['sends', String(thread.sends)]);
    rows.push(['folder', thread.workdir]);
  }
  if (found.runner === null || found.agent.state !== 'stopped') rows.push(['agent', agentWords(found)]);
  if (found.agent.question !== null)
    rows.push(['', `waits for a person: ${plain(found.agent.question)}`], ['', WHERE_TO_ANSWER]);
  if (found.agent.failedStarts > 1) rows.push(['', afterFailures(found.agent.failedStarts)]);
  if (found.afterRestart?.interrupted === true)
    rows.push(
      ['last turn', 'was interrupted when the agent ended: tell it to go on, or what else to do.'],
      ['', 'The template can do that for you (on_interrupted_turn).'],
    );
  const lacks = found.afterRestart?.chatLacks ?? 0;
  if (lacks > 0) rows.push(['chat', chatWords(lacks)], ['', CHAT_LACKS]);
  const left = found.leftovers ?? [];
  for (const [index, each] of left.entries())
    rows.push([index === 0 ? 'left over' : '', leftoverWords(each, now)]);
  if (left.length > 0) rows.push(['', HOW_TO_END]);
  if (found.runner !== null)
    rows.push(['runner', `${plain(found.runner.name)}: ${runnerWords(found.runner)}`]);
  const cells = rows.map(([name, text]) => [
    { text: name, paint: paint.dim },
    name === 'url' ? { text, paint: linked } : { text },
  ]);
  return table(cells, 1, Number.POSITIVE_INFINITY);
}

/**
 * A status for Coder's dashboard, in one short line. When an agent stopped isn't recorded, so the line says
 * when its thread was last used.
 */
export function formatLine(found: Brief, now: Date): string {
  const { runner, agent } = found;
  if (runner === null) return agentLine(found, now);
  const line = `${runner.name}: ${shortened(runnerWords(runner))}`;
  return agent.state === 'stopped' ? line : `${agentLine(found, now)}; ${line}`;
}

/** Coder's dashboard has room for about as many characters. */
const LONGEST_TITLE = 40;

function agentLine({ thread, agent, persistence }: Brief, now: Date): string {
  const running = agent.question === null ? (agent.doing ?? 'running') : `waits for you (${agent.question})`;
  const state = { running, waiting: 'starting', stopped: 'stopped' }[agent.state];
  if (agent.state !== 'stopped' && persistence === false) return `${state}, persistence is off`;
  const isElsewhere = agent.state === 'running' && agent.thread !== thread?.thread;
  if (isElsewhere) return `${agent.thread === null ? 'own thread' : shortId(agent.thread)}: ${state}`;
  if (thread === null) return `no thread yet: ${state}`;
  const { name, title, lastStart, lastUsed, since } = thread;
  // The agent may have moved to it after its start.
  const started = lastStart === null || (since ?? '') > lastStart ? (since ?? lastUsed) : lastStart;
  const when = {
    running: agent.question === null ? `, started ${ago(started, now, 'narrow')}` : '',
    waiting: '',
    stopped: `, last used ${ago(lastUsed, now, 'narrow')}`,
  }[agent.state];
  const called = name ?? (title === null ? shortId(thread.thread) : cut(title, LONGEST_TITLE));
  return `${called}: ${state}${when}`;
}

const CHAT_LACKS =
  "The next answer there may repeat the conversation; 'amp-session show --messages' shows it all.";

function chatWords(lacks: number): string {
  const messages = lacks === 1 ? 'a message' : `${lacks} messages`;
  return `lacks ${messages} that the thread got while the agent wasn't running.`;
}

function whyOf(reason: string, since: string | null, now: Date): string {
  const why = shortened(reason);
  return since !== null && reason.startsWith(MOVED_HERE) ? `${why} ${ago(since, now)}` : why;
}

function agentWords({ agent, thread, persistence }: Status): string {
  if (agent.state === 'stopped') return 'not running';
  if (persistence === false) return 'persistence is off: it is in another thread, and nothing is recorded';
  if (agent.state === 'waiting') return `starting or restarting (see 'amp-session logs')`;
  const doing = agent.doing === null || agent.doing === 'asking' ? 'running' : agent.doing;
  if (agent.thread === null) return `${doing}, in a thread that it opened itself`;
  if (agent.thread === thread?.thread) return `${doing} in this thread`;
  return `${doing} in ${shortId(agent.thread)}; this thread is for the next start`;
}

function runnerWords({ state, threads, trouble }: NonNullable<Status['runner']>): string {
  const serves = `serves ${threads.length === 1 ? 'one thread' : `${threads.length} threads`}`;
  switch (state) {
    case 'serving':
      return serves;
    case 'offline':
      return `${serves}, and can't reach Amp's servers at the moment`;
    case 'starting':
      return 'starting';
    case 'waiting':
      return `not running. ${trouble}`;
  }
}
