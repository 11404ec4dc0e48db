import * as z from 'zod';
import { parseJson } from '../../../shim/system/json.ts';

const diagnosticSchema = z.object({
  severity: z.enum(['error', 'warning']),
  summary: z.string(),
  detail: z.string().default(''),
});

export type Diagnostic = z.infer<typeof diagnosticSchema>;

/** A line of `plan -json` and the like, or the complete output of `validate -json`. */
const outputSchema = z.union([
  z
    .object({ type: z.literal('diagnostic'), diagnostic: diagnosticSchema })
    .transform(({ diagnostic }) => [diagnostic]),
  z.object({ diagnostics: z.array(diagnosticSchema) }).transform(({ diagnostics }) => diagnostics),
]);

/** Terraform failed; the message has every error that it reported. */
export class TerraformError extends Error {
  override name = 'TerraformError';
  readonly diagnostics: Diagnostic[];

  /**
   * @param command Terraform's arguments
   * @param diagnostics its machine-readable messages
   * @param fallback the message if there were none
   */
  constructor(command: string, diagnostics: Diagnostic[], fallback: string) {
    const errors = diagnostics
      .filter(({ severity }) => severity === 'error')
      .map(({ summary, detail }) => `${summary}: ${detail}`);
    super(`terraform ${command} failed: ${errors.length > 0 ? errors.join('\n') : fallback}`);
    this.diagnostics = diagnostics;
  }
}

/** The messages in the output of a Terraform command with `-json`; other lines are progress. */
export function diagnosticsOf(stdout: string): Diagnostic[] {
  return [stdout, ...stdout.split('\n')].flatMap((text) => {
    const parsed = outputSchema.safeParse(parseJson(text));
    return parsed.success ? parsed.data : [];
  });
}
