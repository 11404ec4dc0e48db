import { buffer as readAll } from 'node:stream/consumers';
import { liveAgent } from '../agent/live.ts';
import { decideWay, type Way } from '../agent/route.ts';
import { waitForOpenThread } from '../agent/thread-open.ts';
import type { ThreadId } from '../amp/thread-id.ts';
import type { CommandLine } from '../cli/parse.ts';
import { currentFolder } from '../environment/launcher.ts';
import { seeStartLog } from '../environment/logs.ts';
import type { Key } from '../key/key.ts';
import { askAmpForThread } from '../key/request.ts';
import { learnTitle } from '../key/titles.ts';
import { pageOf } from '../key/view.ts';
import { askAgent, checkTypable } from '../message/through-agentapi.ts';
import { askAmp } from '../message/through-amp.ts';
import { giveToRunner } from '../message/through-runner.ts';
import { runnerOf } from '../runner/live.ts';
import type { HeldLock } from '../store/held-lock.ts';
import { launchOf } from '../store/launch.ts';
import { readRunner } from '../store/runner.ts';
import { queueOf } from '../store/writer.ts';
import { EXIT, Refusal } from '../system/exit.ts';
import { waitFor } from '../system/wait.ts';
import { print, printJson } from '../terminal/output.ts';
import { withProgress } from '../terminal/progress.ts';
import { recordNewThread, recoverHandedOutThreads } from '../thread/create.ts';

/** What `amp-session send --json` prints. */
export type Sent = {
  readonly key: string;
  readonly thread: string | null;
  /** Whether the message went to the running agent, to the key's runner or to an Amp of its own. */
  readonly via: 'agentapi' | 'runner' | 'amp';
  /** Null where a runner works on it: the answer is on the thread's page. */
  readonly answer: string | null;
};

/** How long to wait for an agent that is starting before the message is refused, in milliseconds. */
const COMING_UP_MS = 60_000;

/** Sends one message to the key's thread and prints the answer. */
export async function send(key: Key, command: CommandLine): Promise<void> {
  const text = await readMessage(command);
  const turn = await withProgress('Waiting for an earlier message to this key', () => queueOf(key.paths));
  try {
    const sent = await sendMessage(key, command, text, turn);
    if (sent !== null) printSent(command, sent, key.config.ampUrl);
  } finally {
    turn.release();
  }
  const { active } = key.read();
  if (active !== null) await learnTitle(key, active.thread);
}

function printSent(command: CommandLine, sent: Sent, ampUrl: string): void {
  if (command.flag('json')) printJson(sent);
  else if (sent.answer !== null) print(`${sent.answer}\n`);
  else print(`The runner works on it: ${pageOf(sent.thread ?? '', ampUrl)}\n`);
}

async function readMessage(command: CommandLine): Promise<string> {
  const [word] = command.args;
  if (word === undefined && process.stdin.isTTY === true) {
    throw new Refusal(EXIT.usage, 'No message given. Pass it as an argument or on standard input.');
  }
  const text = word ?? decode(await readAll(process.stdin));
  if (text.trim() === '') throw new Refusal(EXIT.usage, 'The message is empty; nothing was sent.');
  return text;
}

/** @throws Refusal for what is no text, or that Amp would change. */
function decode(input: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(input);
    if (!text.startsWith('\ufeff')) return text;
  } catch {
    throw new Refusal(
      EXIT.usage,
      'The message is not valid UTF-8. Nothing was sent; convert it first (iconv).',
    );
  }
  throw new Refusal(
    EXIT.usage,
    'The message begins with a byte-order mark, which Amp would drop. Nothing was sent; remove it first.',
  );
}

/** @returns null if the answer has been printed already. */
async function sendMessage(
  key: Key,
  command: CommandLine,
  text: string,
  turn: HeldLock,
): Promise<Sent | null> {
  const session = key.read();
  const live = liveAgent(key.paths, session);
  // An agent that opened its own thread is in the key's thread, whichever that is.
  const opened = live.kind === 'running' && live.recorded && session.active === null ? live : null;
  if (opened?.url === null) throw inTerminal();
  const thread = opened === null ? await threadFor(key) : null;
  const runner = thread === null ? null : runnerOf(key.paths, key.config, thread);
  if (thread !== null && runner !== null) {
    if (command.flag('stream-json')) {
      throw new Refusal(
        EXIT.refused,
        `The runner '${runner.name}' runs ${thread}, and its answers are on the thread's page. Nothing was sent; leave out --stream-json.`,
      );
    }
    turn.check();
    return giveToRunner(key, thread, runner, text);
  }
  const way: Way =
    opened === null && thread !== null
      ? await wayInto(key, thread)
      : { by: 'agentapi', url: opened?.url ?? '' };
  if (way.by === 'agentapi') {
    if (command.flag('stream-json')) {
      throw new Refusal(
        EXIT.refused,
        `The agent is running in ${thread ?? 'this thread'}, and AgentAPI doesn't pass on Amp's events. Nothing was sent; leave out --stream-json.`,
      );
    }
    checkTypable(text);
    if (thread !== null) await key.change((store) => store.record({ event: 'sent', thread, prompt: null }));
    const { launched } = key.read();
    // An agent that opens its thread with its first message has nothing to wait for.
    if (thread !== null && launched?.thread != null)
      await withProgress('Amp is opening the thread', () =>
        waitForOpenThread(key.config.folders, launched, launchOf(key.paths, launched.at)),
      );
    const mayType = () => {
      turn.check();
      checkIsThere(key, thread, way.url);
    };
    const answer = await withProgress('The agent is working', () => askAgent(way.url, text, mayType));
    return { key: key.name, thread, via: 'agentapi', answer };
  }
  if (thread === null) return null;
  const form = command.flag('stream-json') ? 'stream' : 'text';
  // Whoever wrote in it before may have taken minutes: the message is for the key's thread as it is then.
  const isStillIt = (at: ThreadId) => {
    turn.check();
    const now = key.read();
    return now.active?.thread === at && decideWay(at, liveAgent(key.paths, now)).by === 'amp';
  };
  const sent = await askAmp(key, thread, text, form, isStillIt);
  return sent === 'not it' ? sendMessage(key, command, text, turn) : sent;
}

/** @throws Refusal if the agent has gone to another thread while the message waited for it. */
function checkIsThere(key: Key, thread: ThreadId | null, url: string): void {
  const now = liveAgent(key.paths, key.read());
  if (now.kind === 'running' && now.url === url && (thread === null || now.thread === thread)) return;
  throw new Refusal(
    EXIT.busy,
    `The agent has left ${thread ?? 'its thread'} while the message waited for it. Nothing was sent; send it again.`,
  );
}

/** The key's thread. A new key gets one, which is recorded and synced before anything is sent to it. */
async function threadFor(key: Key): Promise<ThreadId> {
  const known = key.read().active;
  if (known !== null) return known.thread;
  const workdir = readRunner(key.paths.runner)?.agent?.workdir ?? currentFolder();
  const recovered = await key.change(async (store) => {
    await recoverHandedOutThreads(store, workdir, key.config.secrets);
    return store.session.active?.thread ?? null;
  });
  if (recovered !== null) return recovered;
  const asked = await askAmpForThread(key, workdir, 'sent');
  return key.change(async (store) => {
    await recordNewThread(store, asked, workdir, null);
    // Another command may have chosen one in the meantime.
    return store.session.active?.thread ?? asked.thread;
  });
}

async function wayInto(key: Key, thread: ThreadId): Promise<Way> {
  const look = () => decideWay(thread, liveAgent(key.paths, key.read()));
  const isUp = () => look().by !== 'waiting';
  if (isUp() || (await withProgress('Waiting for the agent to start', () => waitFor(isUp, COMING_UP_MS)))) {
    const way = look();
    if (way.by === 'terminal') throw inTerminal();
    return way;
  }
  throw new Refusal(
    EXIT.busy,
    `The agent has not started in ${thread} yet. Nothing was sent; ${seeStartLog(key.config)}.`,
  );
}

/** Without AgentAPI, only a person can type into the running agent. */
function inTerminal(): Refusal {
  return new Refusal(
    EXIT.busy,
    'The agent is open in a terminal, where only you can type. Nothing was sent; quit it there first, or use another --key.',
  );
}
