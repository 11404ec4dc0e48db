import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';

const variableSchema = z
  .object({
    name: z.string(),
    type: z.string(),
    required: z.boolean(),
    default: z.unknown().optional(),
  })
  .transform((variable) => (variable.required ? { ...variable, default: undefined } : variable));

const interfaceSchema = z.object({
  variables: z.array(variableSchema),
  outputs: z.array(z.string()),
  /** What its scripts are called for `coder exp sync`. */
  sync_names: z.array(z.string()).optional(),
});

/** A module's inputs and outputs, sorted by name: the form of the files in test/contracts/. */
export type ModuleInterface = z.infer<typeof interfaceSchema>;

/** Reads one of the files in test/contracts/. Throws if its format is different. */
export async function readContract(name: string): Promise<ModuleInterface> {
  const file = path.resolve(import.meta.dirname, '../../contracts', `${name}.json`);
  return interfaceSchema.parse(JSON.parse(await readFile(file, 'utf8')));
}

/** A block of a `.tf` file, and its top-level attributes, verbatim and in order. */
export interface Block {
  name: string;
  attributes: Map<string, string>;
}

/**
 * The `variable` or `output` blocks of a module's `.tf` files, parsed by the layout that `terraform fmt`
 * enforces: Terraform reports neither a variable's type nor whether it is required.
 */
export async function readBlocks(folder: string, type: 'variable' | 'output'): Promise<Block[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.tf'));
  const text = (await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')))).join('\n');
  const blocks = text.matchAll(new RegExp(`^${type} "([^"]+)" \\{\\n(.*?)^\\}`, 'gms'));
  return Array.from(blocks, ([, name = '', body = '']) => ({
    name,
    attributes: new Map(
      Array.from(body.matchAll(/^ {2}(\w+) += (.*)$/gm), ([, key = '', value = '']) => [key, value]),
    ),
  })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Reads a module's interface from its files. Throws if a default is more than a literal. */
export async function readInterface(folder: string): Promise<ModuleInterface> {
  const variables = (await readBlocks(folder, 'variable')).map(({ name, attributes }) => {
    const literal = attributes.get('default');
    const common = { name, type: attributes.get('type') ?? 'any', required: literal === undefined };
    return literal === undefined ? common : { ...common, default: JSON.parse(literal) as unknown };
  });
  return { variables, outputs: (await readBlocks(folder, 'output')).map(({ name }) => name) };
}
