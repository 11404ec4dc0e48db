import * as z from 'zod/mini';
import { parseJson } from '../system/json.ts';

/** The file that `export` writes and `import` reads. */
const ExportedFile = z.object({
  format: z.literal('amp-session'),
  version: z.literal(1),
  key: z.string().check(z.minLength(1)),
  exportedAt: z.string(),
  /** The lines of history.jsonl, as they are. */
  history: z.array(z.string()),
  /** AgentAPI's chats by the names of their files. */
  chats: z.record(
    z.string().check(
      z.regex(/^[\w.~-]+\.json$/),
      z.refine((name) => !name.startsWith('.')),
    ),
    z.string(),
  ),
  /** For a bug report; not imported. */
  runner: z.unknown(),
});

/** See `ExportedFile`. */
export type Exported = z.infer<typeof ExportedFile>;

/** Reads an exported file; null for anything else. */
export function parseExported(text: string): Exported | null {
  const parsed = ExportedFile.safeParse(parseJson(text));
  return parsed.success ? parsed.data : null;
}
