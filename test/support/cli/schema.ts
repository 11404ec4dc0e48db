import * as z from 'zod';
import { chosen, dropped, SHAPES } from './shapes.ts';
import { thread } from './thread-shape.ts';

export const SCHEMA_FILE = 'docs/amp-session.schema.json';

/**
 * The schema. It allows additional fields, so that adding one breaks nobody; the shapes themselves don't, so
 * that none is added unnoticed.
 */
export function jsonSchema(): object {
  const registry = z.registry<{ id: string }>();
  for (const [id, shape] of Object.entries({ thread, chosen, dropped, ...SHAPES })) {
    // A shape that several commands share has its own name.
    if (!registry.has(shape)) registry.add(shape, { id });
  }
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => `#/$defs/${id}`, override: simplify });
  const shapes = Object.entries(schemas).map(([id, { $schema: _, $id: __, ...schema }]) => [id, schema]);
  const aliases = Object.entries(SHAPES).flatMap(([name, shape]) => {
    const id = registry.get(shape)?.id;
    return id === name ? [] : [[name, { $ref: `#/$defs/${id}` }]];
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'What amp-session gives to programs',
    description:
      "A definition for each command that has --json, under the command's name (what 'cleanup --processes' prints has one of its own), and 'export' for the file that it writes. Fields may be added.",
    $defs: Object.fromEntries([...shapes, ...aliases]),
  };
}

function simplify({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  delete jsonSchema.additionalProperties;
  // zod's pattern repeats what the format already says.
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
}
