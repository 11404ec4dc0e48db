import { takeTurnIn, unarchiveThread } from '../amp/calls.ts';
import { outcomeOf, whyNot } from '../amp/outcome.ts';
import type { ThreadId } from '../amp/thread-id.ts';
import { type AmpTurnRun, isOpenElsewhere } from '../amp/turn.ts';
import { currentFolder } from '../environment/launcher.ts';
import { learnDelivered } from '../key/delivered.ts';
import type { Key } from '../key/key.ts';
import { AMP_MS, askAmpForThread } from '../key/request.ts';
import { promptSha256 } from '../prompt/identity.ts';
import { pendingMention } from '../prompt/mention.ts';
import { threadIn } from '../store/session.ts';
import { becomeWriter, writesNow } from '../store/writer.ts';
import { EXIT, Refusal } from '../system/exit.ts';
import { say } from '../system/report.ts';
import { print } from '../terminal/output.ts';
import { withProgress } from '../terminal/progress.ts';
import { recordNewThread } from '../thread/create.ts';

/** Amp's error for an archived thread (test/conformance/amp-threads.test.ts). */
const ARCHIVED = /\bthread is archived\b/i;

/** The result of a turn. */
export type AmpTurn = {
  readonly key: string;
  readonly thread: string;
  readonly via: 'amp';
  readonly answer: string;
};

/**
 * Runs one turn in a thread with an Amp of our own, as the thread's only writer. An archived thread is
 * unarchived; one that no longer exists is replaced, as at a start.
 * @param form `stream`: Amp's own events go to standard output as they arrive; `text`: only the answer is
 * returned.
 * @param isStillIt whether the message is still for a thread, and for an Amp of our own, now that it is its turn.
 * @returns null if streamed; 'not it' if the message is for another by then, and nothing was sent.
 * @throws Refusal without Amp's own word that the turn was answered.
 */
export async function askAmp(
  key: Key,
  thread: ThreadId,
  text: string,
  form: 'text' | 'stream',
  isStillIt: (thread: ThreadId) => boolean,
): Promise<AmpTurn | null | 'not it'> {
  let at = thread;
  const speak = () => turn(key, at, text, form, isStillIt);
  let run = await speak();
  if (run !== null && run.exitCode !== 0 && ARCHIVED.test(run.stderr)) {
    await unarchiveThread(key.amp(folderOf(key, at)), at, AMP_MS);
    run = await speak();
  }
  if (run !== null && outcomeOf(run, at).kind === 'gone') {
    at = await replace(key, at);
    run = await speak();
  }
  if (run === null) return 'not it';
  if (run.end?.kind !== 'answered') throw noAnswer(run, at);
  return form === 'stream' ? null : { key: key.name, thread: at, via: 'amp', answer: run.end.answer };
}

function noAnswer(run: AmpTurnRun, thread: ThreadId): Refusal {
  if (isOpenElsewhere(run)) {
    return new Refusal(
      EXIT.busy,
      `${thread} is open and active in another Amp, which alone may run its commands. Nothing was sent; send the message from there, or quit that Amp first.`,
    );
  }
  const why = run.end?.kind === 'failed' ? run.end.why : whyNot(run, thread);
  return new Refusal(
    EXIT.unavailable,
    `Amp ended without an answer (${why}). The message may or may not have reached ${thread}; the thread stays recorded.`,
  );
}

async function turn(
  key: Key,
  thread: ThreadId,
  text: string,
  form: 'text' | 'stream',
  isStillIt: (thread: ThreadId) => boolean,
): Promise<AmpTurnRun | null> {
  const writer = await withProgress('Waiting for the other writer of this thread', () =>
    becomeWriter(key.paths, thread, Number.POSITIVE_INFINITY),
  );
  try {
    if (!isStillIt(thread)) return null;
    const record = threadIn(key.read(), thread);
    // An earlier turn may have been cut off after it had brought a fork's first words.
    if (record !== null) await learnDelivered(key, record);
    const mention = pendingMention(threadIn(key.read(), thread));
    const sha256 = mention === null ? null : promptSha256(mention);
    const prompt = mention === null || sha256 === null ? null : { sha256, bytes: Buffer.byteLength(mention) };
    await key.change((store) => store.record({ event: 'sent', thread, prompt }));
    const words = mention === null ? text : `${mention}\n\n${text}`;
    const onStart = (pid: number) => writesNow(writer, pid);
    writer?.check();
    const onEvent = form === 'stream' ? (line: string) => print(`${line}\n`) : () => undefined;
    const ask = () =>
      takeTurnIn(key.amp(folderOf(key, thread)), key.firewall, thread, words, onStart, onEvent);
    const run = await (form === 'stream' ? ask() : withProgress('Amp is working', ask));
    if (run.end?.kind === 'answered' && sha256 !== null) {
      const evidence = 'the answer to a headless turn';
      await key.change((store) => store.record({ event: 'prompt-delivered', thread, sha256, evidence }));
    }
    return run;
  } finally {
    writer?.release();
  }
}

async function replace(key: Key, thread: ThreadId): Promise<ThreadId> {
  const reason = 'Amp reports that the thread no longer exists';
  const workdir = folderOf(key, thread);
  const asked = await askAmpForThread(key, workdir, 'sent');
  return key.change(async (store) => {
    if (store.session.active?.thread === thread) store.record({ event: 'replaced', thread, reason });
    await recordNewThread(store, asked, workdir, null);
    const now = store.session.active?.thread ?? asked.thread;
    say(`${reason}: ${thread} is kept in the history and ${now} takes its place.`);
    return now;
  });
}

function folderOf(key: Pick<Key, 'read'>, thread: ThreadId): string {
  return threadIn(key.read(), thread)?.workdir ?? currentFolder();
}
