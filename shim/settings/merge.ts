import { createHash } from 'node:crypto';
import type { JsonObject } from '../system/json.ts';

/** Hash of each value that we last set, by name: enough to detect the user's changes, and not a secret. */
export type Applied = { readonly [name: string]: string };

/**
 * Merges the values that the template wants into the current ones, by name. What the user has changed, added
 * or removed stays that way; what we set and nobody touched follows the template (invariant I10).
 * @param current what the file holds.
 * @param wanted what the template asks for.
 * @param applied what we set last time.
 */
export function mergeManaged(
  current: JsonObject,
  wanted: JsonObject,
  applied: Applied,
): { readonly merged: JsonObject; readonly applied: Applied } {
  // Maps, because a setting may be named `toString` or `__proto__`.
  const merged = new Map(Object.entries(current));
  const nowApplied = new Map<string, string>();
  for (const [name, value] of Object.entries(wanted)) {
    if (untouched(current, name, applied) || isNew(current, name, applied)) merged.set(name, value);
    // What the user removed stays removed for as long as the template asks for it.
    nowApplied.set(name, merged.has(name) ? hashOf(value) : (applied[name] ?? ''));
  }
  for (const name of Object.keys(applied)) {
    if (!Object.hasOwn(wanted, name) && untouched(current, name, applied)) merged.delete(name);
  }
  return { merged: Object.fromEntries(merged), applied: Object.fromEntries(nowApplied) };
}

function untouched(current: JsonObject, name: string, applied: Applied): boolean {
  return (
    Object.hasOwn(current, name) && Object.hasOwn(applied, name) && hashOf(current[name]) === applied[name]
  );
}

function isNew(current: JsonObject, name: string, applied: Applied): boolean {
  return !(Object.hasOwn(current, name) || Object.hasOwn(applied, name));
}

/** The hash of a JSON value, independent of the order of an object's keys. */
export function hashOf(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(value, inOrder) ?? 'null')
    .digest('hex')
    .slice(0, 32);
}

function inOrder(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
