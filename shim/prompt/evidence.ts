import * as z from 'zod/mini';
import { promptSha256 } from '../agentapi/state-file.ts';
import type { AmpRun } from '../amp/outcome.ts';
import { parseJson } from '../system/json.ts';
import type { PromptEvidence } from './decide.ts';

const Exported = z.looseObject({
  messages: z.array(
    z.looseObject({
      role: z.string(),
      content: z.array(z.looseObject({ type: z.string(), text: z.optional(z.string()) })),
    }),
  ),
});

/**
 * What a thread's own messages (`amp threads export`) tell of a prompt. It is missing only where every message of the user is one that we
 * know: a message we can't place might be the prompt in another form.
 * @param known hashes of what else the thread was given.
 * @param beginning the prompt itself, where a message may begin with it: `amp-session send` puts a fork's first prompt in front of a
 * person's words.
 */
export function promptEvidenceInExport(
  run: AmpRun,
  sha256: string,
  known: ReadonlySet<string>,
  beginning: string | null = null,
): PromptEvidence {
  if (run.exitCode !== 0 || run.timedOut) return 'unclear';
  const exported = Exported.safeParse(parseJson(run.stdout));
  if (!exported.success) return 'unclear';
  const texts = exported.data.messages
    .filter(({ role }) => role === 'user')
    .map(({ content }) => content.map((part) => part.text ?? '').join(''));
  const given = texts.map(promptSha256);
  const isThere = beginning !== null && texts.some((text) => text.startsWith(`${beginning}\n\n`));
  if (given.includes(sha256) || isThere) return 'delivered';
  return given.every((hash) => known.has(hash)) ? 'missing' : 'unclear';
}
