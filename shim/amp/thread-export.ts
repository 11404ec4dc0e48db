import * as z from 'zod/mini';
import { parseJson } from '../system/json.ts';
import { type LastTurn, lastTurnOf } from './last-turn.ts';
import type { AmpRun } from './outcome.ts';
import { titleOf } from './thread-list.ts';

const Exported = z.looseObject({
  title: z.nullish(z.string()),
  messages: z.array(
    z.looseObject({
      role: z.string(),
      content: z.array(
        z.looseObject({ type: z.string(), text: z.optional(z.string()), run: z.optional(z.unknown()) }),
      ),
      state: z.nullish(z.looseObject({ type: z.string() })),
      interrupted: z.nullish(z.boolean()),
    }),
  ),
});

/** A message of a thread: who said it, and its text without what tools were given or gave. */
export type Said = { readonly role: string; readonly text: string };

/** What the output of `amp threads export` says; null if the call failed or its output isn't a thread. */
export type ThreadExport = {
  readonly title: string | null;
  readonly messages: readonly Said[];
  readonly lastTurn: LastTurn;
};

/** Reads the output of `amp threads export` (test/conformance/amp-threads.test.ts). */
export function readExport(run: AmpRun): ThreadExport | null {
  if (run.exitCode !== 0 || run.timedOut) return null;
  const exported = Exported.safeParse(parseJson(run.stdout));
  if (!exported.success) return null;
  const messages = exported.data.messages.map(({ role, content }) => ({
    role,
    text: content.map((part) => (part.type === 'text' ? (part.text ?? '') : '')).join(''),
  }));
  return { title: titleOf(exported.data.title), messages, lastTurn: lastTurnOf(exported.data.messages) };
}

/** The texts of the user's messages, in order. */
export function userTextsIn({ messages }: Pick<ThreadExport, 'messages'>): readonly string[] {
  return messages.filter(({ role }) => role === 'user').map(({ text }) => text);
}

/** The texts of the user's messages in such an output, in order; null as for `readExport`. */
export function userMessagesIn(run: AmpRun): readonly string[] | null {
  const exported = readExport(run);
  return exported === null ? null : userTextsIn(exported);
}
