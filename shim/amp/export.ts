import * as z from 'zod/mini';
import { promptSha256 } from '../agentapi/state-file.ts';
import type { PromptEvidence } from '../decide/prompt.ts';
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
 * What a thread's own messages (`amp threads export`) tell of a prompt. This is the last word: it is what the thread has.
 */
export function promptEvidenceInExport(run: AmpRun, sha256: string): PromptEvidence {
  if (run.exitCode !== 0 || run.timedOut) return 'unclear';
  const exported = Exported.safeParse(parseJson(run.stdout));
  if (!exported.success) return 'unclear';
  const texts = exported.data.messages
    .filter(({ role }) => role === 'user')
    .map(({ content }) => content.map((part) => part.text ?? '').join(''));
  return texts.some((text) => promptSha256(text) === sha256) ? 'delivered' : 'missing';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
