import { sendToRunner } from '../amp/calls.ts';
import { whyNot } from '../amp/outcome.ts';
import type { ThreadId } from '../amp/thread-id.ts';
import { hasGivenToRunner } from '../amp/turn.ts';
import type { Key } from '../key/key.ts';
import { promptSha256 } from '../prompt/identity.ts';
import { pendingMention } from '../prompt/mention.ts';
import type { LiveRunner } from '../runner/live.ts';
import { threadIn } from '../store/session.ts';
import { EXIT, Refusal } from '../system/exit.ts';
import { withProgress } from '../terminal/progress.ts';

/** Amp takes about a second to hand a message over, in milliseconds. */
const SEND_MS = 60_000;

/** A message that Amp's runner works on; its answer is on the thread's page. */
export type HandedOver = {
  readonly key: string;
  readonly thread: string;
  readonly via: 'runner';
  readonly answer: null;
};

/**
 * Gives one message to a thread that Amp's runner runs. An Amp of our own would be a second one there, which Amp's servers
 * refuse.
 * @throws Refusal if Amp failed.
 */
export async function giveToRunner(
  key: Key,
  thread: ThreadId,
  runner: LiveRunner,
  text: string,
): Promise<HandedOver> {
  const record = threadIn(key.read(), thread);
  const mention = pendingMention(record);
  const sha256 = mention === null ? null : promptSha256(mention);
  const prompt = mention === null || sha256 === null ? null : { sha256, bytes: Buffer.byteLength(mention) };
  await key.change((store) => store.record({ event: 'sent', thread, prompt }));
  const words = mention === null ? text : `${mention}\n\n${text}`;
  const amp = { ...key.amp(record?.workdir ?? process.cwd()), options: runner.ampOptions };
  const run = await withProgress('Giving the message to the runner', () =>
    sendToRunner(amp, runner.name, thread, words, SEND_MS),
  );
  if (!hasGivenToRunner(run, thread)) {
    throw new Refusal(
      EXIT.unavailable,
      `Amp failed to take the message (${whyNot(run, thread)}). It may or may not have reached ${thread}; the thread stays recorded.`,
    );
  }
  if (sha256 !== null) {
    const evidence = "Amp's servers took it for the runner";
    await key.change((store) => store.record({ event: 'prompt-delivered', thread, sha256, evidence }));
  }
  return { key: key.name, thread, via: 'runner', answer: null };
}
