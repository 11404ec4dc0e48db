import { liveAgent } from '../agent/live.ts';
import { unarchiveThread } from '../amp/calls.ts';
import { outcomeOf } from '../amp/outcome.ts';
import { parseThreadId, type ThreadId } from '../amp/thread-id.ts';
import type { CommandLine } from '../cli/parse.ts';
import { currentFolder } from '../environment/launcher.ts';
import type { Key } from '../key/key.ts';
import { HOW_TO_END, leftovers, leftoverView, leftoverWords } from '../key/leftovers.ts';
import { checkName } from '../key/name.ts';
import { calledBy } from '../key/reference.ts';
import { AMP_MS, askAmpForThread } from '../key/request.ts';
import { changeOver, checkChangeOver, mayCutOff, switchTo } from '../key/switch.ts';
import { learnTitle } from '../key/titles.ts';
import { type ThreadView, viewOf } from '../key/view.ts';
import { ownerOf } from '../store/keys.ts';
import { readRunner } from '../store/runner.ts';
import { threadIn } from '../store/session.ts';
import type { Store } from '../store/store.ts';
import type { ThreadRecord } from '../store/thread-record.ts';
import { EXIT, Refusal } from '../system/exit.ts';
import { say } from '../system/report.ts';
import { print, printJson } from '../terminal/output.ts';
import { withProgress } from '../terminal/progress.ts';
import { plain } from '../terminal/table.ts';
import { recordNewThread, recoverHandedOutThreads } from '../thread/create.ts';
import { ownersBusy, takeThread } from '../thread/take.ts';

/** What `new`, `use` and `fork` print with `--json`: the thread that was chosen. */
export type ChosenThread = ThreadView & {
  readonly key: string;
  /** Whether the running agent is in it now; if not, the next start will be. */
  readonly now: boolean;
};

/** `new`: asks Amp for a thread, for the next start. */
export function startNew(key: Key, command: CommandLine): Promise<void> {
  return createThread(key, command, null);
}

/** `fork`: the same, as a child of another thread, which its first prompt mentions. */
export function fork(key: Key, command: CommandLine): Promise<void> {
  return createThread(key, command, key.find(command.args[0] ?? null));
}

async function createThread(key: Key, command: CommandLine, parent: ThreadRecord | null): Promise<void> {
  const by = parent === null ? 'new' : 'fork';
  const name = command.value('name');
  if (name !== null) checkName(key, name, null);
  const now = command.flag('now');
  if (now) await checkChangeOver(key, null);
  if (command.flag('dry-run')) {
    const what = parent === null ? 'a new thread' : `a new thread that mentions ${calledBy(parent)}`;
    say(`Would create ${what} for ${now ? 'the running agent' : 'the next start'}. Nothing was changed.`);
    return;
  }
  const idle = now ? await mayCutOff(key, null, command.flag('yes')) : null;
  const workdir = parent?.workdir ?? readRunner(key.paths.runner)?.agent?.workdir ?? currentFolder();
  const asked = await askAmpForThread(key, workdir, 'changed');
  await key.change(async (store) => {
    const isThere = parent === null || store.has(parent.thread);
    await recordNewThread(store, asked, workdir, isThere ? (parent?.thread ?? null) : null);
    await recoverHandedOutThreads(store, workdir, key.config.secrets);
    if (!isThere) {
      throw new Refusal(
        EXIT.missing,
        `${calledBy(parent)} was forgotten while Amp created ${asked.thread}, which is on the list but not chosen.`,
      );
    }
    if (name !== null) nameIfFree(key, store, asked.thread, name);
    switchTo(store, asked.thread, by);
  });
  await finish(key, command, asked.thread, idle);
}

/** The name was free before Amp was asked; a thread is worth more than its name. */
function nameIfFree(key: Pick<Key, 'readAll'>, store: Store, thread: ThreadId, name: string): void {
  try {
    checkName(key, name, thread);
    store.record({ event: 'named', thread, name });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    say(`Another thread was called '${name}' meanwhile, so ${thread} has no name yet.`);
  }
}

/** `use`: picks another thread for the next start. One that was created elsewhere is adopted. */
export async function use(key: Key, command: CommandLine): Promise<void> {
  const reference = command.args[0] ?? '';
  const foreign = parseThreadId(reference);
  const isKnown = foreign === null || threadIn(key.readAll(), foreign) !== null;
  const thread = isKnown ? key.find(reference).thread : foreign;
  const owner = isKnown ? null : ownerOf(key.paths, thread);
  if (owner !== null) throw ownedBy(owner, thread);
  if (command.flag('now')) await checkChangeOver(key, thread);
  if (command.flag('dry-run')) {
    say(
      `Would use ${thread} for ${command.flag('now') ? 'the running agent' : 'the next start'}. Nothing was changed.`,
    );
    return;
  }
  const idle = command.flag('now') ? await mayCutOff(key, thread, command.flag('yes')) : null;
  const answers = await checkAtAmp(key, thread, isKnown);
  await key.change(async (store) => {
    // Another command may have forgotten it, or another key taken it, since.
    const isThere = store.has(thread);
    if (isKnown && !isThere) {
      throw new Refusal(EXIT.missing, `${thread} was forgotten meanwhile. Nothing was changed.`);
    }
    if (!isThere) {
      const workdir = readRunner(key.paths.runner)?.agent?.workdir ?? currentFolder();
      const event = { event: 'thread', thread, origin: 'adopted', workdir } as const;
      const taking = await takeThread(store, event, Number.POSITIVE_INFINITY);
      if (taking.kind === 'owned') throw ownedBy(taking.owner, thread);
      if (taking.kind === 'busy') throw ownersBusy(store);
    }
    switchTo(store, thread, 'use');
  });
  if (answers) await learnTitle(key, thread);
  await finish(key, command, thread, idle);
}

function ownedBy(owner: string, thread: ThreadId): Refusal {
  return new Refusal(
    EXIT.refused,
    `${thread} belongs to the key '${owner}', and keys can't share a thread. Nothing was changed; 'amp-session fork ${thread} --key ${owner}' creates a child of it there.`,
  );
}

/**
 * Refuses a thread that doesn't exist, and one that can't be checked unless it is recorded already.
 * @returns whether Amp could tell.
 */
async function checkAtAmp(
  key: Pick<Key, 'amp' | 'readAll'>,
  thread: ThreadId,
  isKnown: boolean,
): Promise<boolean> {
  const workdir = threadIn(key.readAll(), thread)?.workdir ?? currentFolder();
  const run = await withProgress('Asking Amp about the thread', () =>
    unarchiveThread(key.amp(workdir), thread, AMP_MS),
  );
  const outcome = outcomeOf(run, thread);
  if (outcome.kind === 'gone') {
    throw new Refusal(
      EXIT.missing,
      `Amp has no thread ${thread}, or doesn't let you write to it. Nothing was changed.`,
    );
  }
  if (outcome.kind === 'ok') return true;
  if (!isKnown) {
    throw new Refusal(
      EXIT.unavailable,
      `${thread} could not be checked (${outcome.why}). Nothing was changed.`,
    );
  }
  say(`${thread} could not be checked (${outcome.why}). It will be used anyway.`);
  return false;
}

async function finish(key: Key, command: CommandLine, thread: ThreadId, idle: number | null): Promise<void> {
  if (command.flag('now')) {
    await changeOver(key, thread, idle);
    const left = leftovers(key) ?? [];
    for (const each of left) say(`Still running: ${leftoverWords(leftoverView(each), new Date())}.`);
    if (left.length > 0) say(HOW_TO_END);
  }
  const session = key.readAll();
  const record = threadIn(session, thread);
  if (record === null) throw new Error(`${thread} was recorded and is not there`);
  const live = liveAgent(key.paths, session);
  const isIn = live.kind === 'running' && live.thread === thread;
  const chosen: ChosenThread = { key: key.name, ...viewOf(session, record, key.config.ampUrl), now: isIn };
  if (command.flag('json')) printJson(chosen);
  else print(`${plain(calledBy(record))}\n`);
  if (!command.flag('json') && !isIn && live.kind !== 'stopped') {
    const how =
      live.kind === 'running' && live.url === null
        ? 'quit Amp in its terminal and open it again'
        : `run 'amp-session use ${thread} --now'`;
    say(`The next start uses it. To switch the running agent now, ${how}.`);
  }
}
