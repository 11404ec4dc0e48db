import { isThreadId } from '../amp/thread-id.ts';
import type { JsonObject } from '../system/json.ts';

/** Whether an object surely is an event as its schema has it; false means no more than that the schema must tell. */
type QuickCheck = (event: JsonObject) => boolean;

const ORIGINS = new Set<unknown>(['new', 'forked', 'recovered', 'captured', 'adopted', 'moved', 'served']);

/**
 * The kinds of events of which a history has the most, checked without a copy and without one property at a time
 * through a schema, which would take most of the time of a million lines.
 */
export const QUICK_CHECKS: ReadonlyMap<string, QuickCheck> = new Map<string, QuickCheck>([
  [
    'thread',
    (event) =>
      isNumbered(event) &&
      isThread(event['thread']) &&
      ORIGINS.has(event['origin']) &&
      typeof event['workdir'] === 'string' &&
      event['parent'] === undefined,
  ],
  [
    'switched',
    (event) =>
      isNumbered(event) &&
      (event['from'] === null || isThread(event['from'])) &&
      isThread(event['to']) &&
      (event['by'] === 'new' || event['by'] === 'use' || event['by'] === 'fork'),
  ],
  [
    'replaced',
    (event) => isNumbered(event) && isThread(event['thread']) && typeof event['reason'] === 'string',
  ],
  ['sent', (event) => isNumbered(event) && isThread(event['thread']) && event['prompt'] === null],
]);

function isNumbered({ seq, at }: JsonObject): boolean {
  return Number.isSafeInteger(seq) && (seq as number) >= 0 && typeof at === 'string';
}

/** Events about one thread follow each other. */
let latest: unknown;

function isThread(id: unknown): boolean {
  if (id === latest && id !== undefined) return true;
  if (typeof id !== 'string' || !isThreadId(id)) return false;
  latest = id;
  return true;
}
