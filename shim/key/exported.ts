import * as z from 'zod/mini';
import { parseJson } from '../system/json.ts';
import { namesTo } from '../system/shapes.ts';

/** In bytes, which here are characters (ext4, xfs, tmpfs). */
const LONGEST_NAME = 255;

/** Names that can't lead out of the folder they are written to. */
function isFileName(name: string): boolean {
  return /^[\w~-][\w.~-]*\.json$/.test(name) && name.length <= LONGEST_NAME;
}

/** The file that `export` writes and `import` reads. */
const ExportedFile = z.object({
  format: z.literal('amp-session'),
  version: z.literal(1),
  key: z.string().check(z.refine((key) => key !== '', 'is empty')),
  exportedAt: z.string(),
  /** The lines of history.jsonl, as they are. */
  history: z.array(z.string()),
  /** AgentAPI's chats by the names of their files. */
  chats: namesTo(z.string()).check(
    z.refine((chats) => Object.keys(chats).every(isFileName), 'has a strange name'),
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
