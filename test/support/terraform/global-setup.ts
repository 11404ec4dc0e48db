import process from 'node:process';
import { providerMirror } from './providers.ts';

/**
 * Makes Terraform's providers ready before the first test, where what it says of its progress is seen and no test's limit runs.
 * Without them the tests that need no Terraform still run, and the others say themselves what is missing.
 */
export default async function setup(): Promise<void> {
  await providerMirror().catch((error: unknown) => process.stderr.write(`${error}\n`));
}
