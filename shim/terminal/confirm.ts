import { EXIT, Refusal } from '../system/exit.ts';
import { visible } from '../system/visible.ts';

/**
 * Asks before something ends.
 * @param question what will be done, as a question.
 * @throws Refusal where nobody can be asked, or the answer is not yes.
 */
export async function confirm(question: string, yes: boolean): Promise<void> {
  if (yes) return;
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) {
    throw new Refusal(
      EXIT.refused,
      'Nobody can be asked here, so nothing was changed. Add --yes to go ahead.',
    );
  }
  // Loaded here: a start never asks, and need not wait for it.
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    // Ctrl-C and Ctrl-D are no answer, and mean no.
    const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('\n')));
    const answer = await Promise.race([
      lines.question(`${visible(question)} [y/N] `).catch(() => '\n'),
      closed,
    ]);
    // The cursor still stands behind the question.
    if (answer === '\n') process.stderr.write(answer);
    if (!/^y(es)?$/i.test(answer.trim())) throw new Refusal(EXIT.refused, 'Nothing was changed.');
  } finally {
    lines.close();
  }
}
