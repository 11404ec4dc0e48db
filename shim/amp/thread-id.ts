declare const threadId: unique symbol;

/** Amp's ID of a thread: `T-` and a UUID, in lower case. Only `parseThreadId` creates one. */
export type ThreadId = string & { readonly [threadId]: true };

const THREAD =
  /^(?:https?:\/\/[^\s/]+(?:\/[^\s?#]*)?\/threads\/)?(T-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/?(?:[?#]\S*)?$/i;

const PLAIN = /^T-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a text is an ID exactly as `parseThreadId` returns it. */
export function isThreadId(text: string): text is ThreadId {
  return PLAIN.test(text);
}

/**
 * Parses a thread's ID or URL: `amp threads new` prints the former up to 2026-07 and the latter since 2026-09
 * (test/conformance/README.md).
 * @returns null if the text is neither.
 */
export function parseThreadId(text: string): ThreadId | null {
  const id = THREAD.exec(text.trim())?.[1];
  return id === undefined ? null : (`T-${id.slice(2).toLowerCase()}` as ThreadId);
}

/**
 * Finds the one thread that a command's output names on a line of its own.
 * @returns null if no line does, or if lines name different threads: a guess could be someone else's thread.
 */
export function findThreadId(output: string): ThreadId | null {
  const ids = new Set(output.split('\n').map(parseThreadId));
  ids.delete(null);
  const [only] = ids;
  return ids.size === 1 ? (only ?? null) : null;
}
