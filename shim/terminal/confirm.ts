import { EXIT, Refusal } from '../system/exit.ts';
import { visible } from '../system/visible.ts';

/**
 * Asks for confirmation before a destructive step.
 * @param question without the `[y/N]`, which is added here.
 * @param yes skips the question.
 * @throws Refusal if there is no terminal to ask on, or the answer isn't yes.
 */
export async function confirm(question: string, yes: boolean): Promise<void> {
  if (yes) return;
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) {
    throw new Refusal(
      EXIT.refused,
      'This needs confirmation, but there is no terminal to ask on. Nothing was changed; add --yes to go ahead.',
    );
  }
  // Loaded only here: a start never asks, and shouldn't pay for it.
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    // Ctrl-C and Ctrl-D close the interface without an answer, which means no.
    const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('\n')));
    const answer = await Promise.race([
      lines.question(`${visible(question)} [y/N] `).catch(() => '\n'),
      closed,
    ]);
    // The cursor is still on the line of the question.
    if (answer === '\n') process.stderr.write(answer);
    if (!/^y(es)?$/i.test(answer.trim())) throw new Refusal(EXIT.refused, 'Nothing was changed.');
  } finally {
    lines.close();
  }
}
