import { takeTurnIn, unarchiveThread } from '../amp/calls.ts';
import { type AmpRun, outcomeOf } from '../amp/outcome.ts';
import type { ThreadId } from '../amp/thread-id.ts';
import { currentFolder } from '../environment/launcher.ts';
import type { Key } from '../key/key.ts';
import { AMP_MS, askAmpForThread } from '../key/request.ts';
import { promptSha256 } from '../prompt/identity.ts';
import { pendingMention } from '../prompt/mention.ts';
import { threadIn } from '../store/session.ts';
import { becomeWriter, writesNow } from '../store/writer.ts';
import { EXIT, Refusal } from '../system/exit.ts';
import { say } from '../system/report.ts';
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
 * @throws Refusal if Amp failed.
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
  if (run !== null && outcomeOf({ ...run, stdout: '' }, at).kind === 'gone') {
    at = await replace(key, at);
    run = await speak();
  }
  if (run === null) return 'not it';
  const outcome = outcomeOf({ ...run, stdout: '' }, at);
  if (outcome.kind !== 'ok') {
    const why = outcome.kind === 'unsure' ? outcome.why : 'it says that the thread does not exist';
    throw new Refusal(
      EXIT.unavailable,
      `Amp failed to answer (${why}). The message may or may not have reached ${at}; the thread stays recorded.`,
    );
  }
  return form === 'stream' ? null : { key: key.key, thread: at, via: 'amp', answer: run.stdout };
}

async function turn(
  key: Key,
  thread: ThreadId,
  text: string,
  form: 'text' | 'stream',
  isStillIt: (thread: ThreadId) => boolean,
): Promise<AmpRun | null> {
  const writer = await withProgress('Waiting for the other writer of this thread', () =>
    becomeWriter(key.paths, thread, Number.POSITIVE_INFINITY),
  );
  try {
    if (!isStillIt(thread)) return null;
    const mention = pendingMention(threadIn(key.read(), thread));
    const sha256 = mention === null ? null : promptSha256(mention);
    const prompt = mention === null || sha256 === null ? null : { sha256, bytes: Buffer.byteLength(mention) };
    await key.change((store) => store.record({ event: 'sent', thread, prompt }));
    const words = mention === null ? text : `${mention}\n\n${text}`;
    const onStart = (pid: number) => writesNow(writer, pid);
    writer?.check();
    const ask = () => takeTurnIn(key.amp(folderOf(key, thread)), key.firewall, thread, words, form, onStart);
    const run = await (form === 'stream' ? ask() : withProgress('Amp is working', ask));
    if (run.exitCode === 0 && sha256 !== null) {
      const evidence = 'a headless turn that succeeded';
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

function folderOf(key: Key, thread: ThreadId): string {
  return threadIn(key.read(), thread)?.workdir ?? currentFolder();
}
