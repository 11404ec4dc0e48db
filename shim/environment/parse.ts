import { isAbsolute } from 'node:path';
import * as z from 'zod/mini';
import { parseJson } from '../system/json.ts';
import { EnvironmentError } from './error.ts';

/** A process's environment, not yet parsed. */
export type RawEnvironment = { readonly [name: string]: string | undefined };

/**
 * Parses the environment and collects every problem before failing.
 * @throws EnvironmentError
 */
export function parse<Schema extends z.ZodMiniType>(schema: Schema, raw: RawEnvironment): z.infer<Schema> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  throw new EnvironmentError(`${problems.join('; ')}.`);
}

/** Terraform and the shell pass an unset value as an empty string. */
export const unset = z.transform((value) => (value === '' ? undefined : value));

/** An absolute path. */
export const folder = z
  .string({ error: 'is not set' })
  .check(z.refine(isAbsolute, 'must be an absolute path'));

/** A whole number of up to nine digits, as text. */
export const digits = z
  .string({ error: 'is not set' })
  .check(z.refine((value) => /^\d{1,9}$/.test(value), 'must be a whole number'));

/** What the module's scripts always set, if only to nothing: a command without it was not run by them. */
export const given = <Schema extends z.ZodMiniType>(schema: Schema) =>
  z.pipe(z.unknown().check(z.refine((value) => value !== undefined, 'is not set')), schema);

/** Text with a default. */
export const text = (fallback: string) => z.pipe(orElse(fallback), z.string());

/** A JSON value of a given shape that the module's scripts set; `fallback` stands for an empty one. */
export const json = <Schema extends z.ZodMiniType>(fallback: string, schema: Schema) =>
  given(z.pipe(orElse(fallback), z.pipe(z.string(), z.pipe(z.transform(parseJson), schema))));

const orElse = (fallback: string) =>
  z.transform((value) => (value === undefined || value === '' ? fallback : value));
