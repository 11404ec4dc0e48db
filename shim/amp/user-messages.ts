import * as z from 'zod/mini';
import { parseJson } from '../system/json.ts';
import type { AmpRun } from './outcome.ts';

const Exported = z.looseObject({
  messages: z.array(
    z.looseObject({
      role: z.string(),
      content: z.array(z.looseObject({ type: z.string(), text: z.optional(z.string()) })),
    }),
  ),
});

/**
 * The texts of the user's messages in the output of `amp threads export`, in order.
 * @returns null if the call failed or its output isn't a thread.
 */
export function userMessagesIn(run: AmpRun): readonly string[] | null {
  if (run.exitCode !== 0 || run.timedOut) return null;
  const exported = Exported.safeParse(parseJson(run.stdout));
  if (!exported.success) return null;
  return exported.data.messages
    .filter(({ role }) => role === 'user')
    .map(({ content }) => content.map((part) => part.text ?? '').join(''));
}
