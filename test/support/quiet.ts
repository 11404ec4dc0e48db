import { beforeEach } from 'vitest';

/**
 * Keeps the shim's messages on standard error out of the list of results, and shows them below a test that
 * fails. The shim runs inside the tests' process wherever its functions are called directly.
 */
beforeEach(({ onTestFailed, onTestFinished }) => {
  const { write } = process.stderr;
  let said = '';
  process.stderr.write = (chunk: string | Uint8Array) => {
    said += chunk;
    return true;
  };
  onTestFailed(() => {
    if (said !== '') console.error(said);
  });
  onTestFinished(() => {
    process.stderr.write = write;
  });
});
