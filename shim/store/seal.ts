import crypto from 'node:crypto';
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

/** How a sealed line ends. */
const SUM_FIELD = ',"sum":"';
const ENDING = SUM_FIELD.length + SUM_LENGTH + '"}'.length;

/**
 * Reads what `seal` wrote.
 * @returns null for anything that is not exactly that.
 */
export function unseal(text: string): JsonObject | null {
  return unsealAsWritten(text) ?? unsealAnyhow(text);
}

/** Nearly every line is as it was written: its text has that sum, and need not be written again to see it. */
function unsealAsWritten(text: string): JsonObject | null {
  const end = text.length - ENDING;
  if (end <= 0 || !text.startsWith(SUM_FIELD, end) || !text.endsWith('"}')) return null;
  const body = `${text.slice(0, end)}}`;
  if (sumOfText(body) !== text.slice(-SUM_LENGTH - 2, -2)) return null;
  const object = parseJson(body);
  return isObject(object) && !Object.hasOwn(object, 'sum') ? object : null;
}

function unsealAnyhow(text: string): JsonObject | null {
  const object = parseJson(text);
  if (!isObject(object)) return null;
  const { sum, ...body } = object;
  return sum === sumOf(body) ? body : null;
}

function sumOf(body: JsonObject): string {
  return sumOfText(JSON.stringify(body));
}

function sumOfText(text: string): string {
  return sha256(text).slice(0, SUM_LENGTH);
}

/** In one call where the runtime has that (Node 20.12): a history may have a million lines. */
function sha256(text: string): string {
  if (typeof crypto.hash === 'function') return crypto.hash('sha256', text);
  return crypto.createHash('sha256').update(text).digest('hex');
}
