import { beforeEach } from 'vitest';

/**
 * Keeps what the shim says on standard error out of the list of results; where a test fails, it stands below that test. The shim runs
 * inside the tests' process wherever its functions are called.
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
