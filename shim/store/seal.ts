import { createHash } from 'node:crypto';
import { isObject, type JsonObject, parseJson } from '../system/json.ts';

/** Long enough to notice any accident; this guards against bad disks and torn writes, not against people. */
const SUM_LENGTH = 12;

/**
 * Writes an object as one line of JSON with its own checksum, so that a flipped bit is noticed: a damaged
 * thread ID may still look like a valid one.
 */
export function seal(object: JsonObject): string {
  const { sum: _, ...body } = object;
  return JSON.stringify({ ...body, sum: sumOf(body) });
}

/**
 * Reads what `seal` wrote.
 * @returns null for anything that is not exactly that.
 */
export function unseal(text: string): JsonObject | null {
  const object = parseJson(text);
  if (!isObject(object)) return null;
  const { sum, ...body } = object;
  return sum === sumOf(body) ? body : null;
}

function sumOf(body: JsonObject): string {
  return createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, SUM_LENGTH);
}
