import { createHash } from 'node:crypto';

/** A JSON object as it comes out of a file, before anything is known of it. */
export type JsonObject = { readonly [name: string]: unknown };

/** Long enough to notice any accident; this guards against bad disks and torn writes, not against people. */
const SUM_LENGTH = 12;

/**
 * Writes an object as one line of JSON that carries its own check sum, so that a record with a flipped bit is
 * recognised: a damaged thread ID may still look like one.
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
  try {
    const object: unknown = JSON.parse(text);
    if (typeof object !== 'object' || object === null || Array.isArray(object)) return null;
    const { sum, ...body } = object as JsonObject;
    return sum === sumOf(body) ? body : null;
  } catch {
    return null;
  }
}

function sumOf(body: JsonObject): string {
  return createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, SUM_LENGTH);
}
