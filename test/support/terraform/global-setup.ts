import process from 'node:process';
import { providerMirror } from './providers.ts';

/**
 * Prepares Terraform's providers before the first test, where progress is visible and no test's timeout is
 * running. Without them, the tests that don't need Terraform still run, and the others report what is
 * missing.
 */
export default async function setup(): Promise<void> {
  await providerMirror().catch((error: unknown) => process.stderr.write(`${error}\n`));
}
