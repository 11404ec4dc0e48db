import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';

/** A new temporary folder, removed after the test. */
export function temporaryFolder(): string {
  return removed(onTestFinished);
}

/** The same, removed after the tests of a file. For the file's top level. */
export function folderOfFile(): string {
  return removed(afterAll);
}

function removed(when: (remove: () => void) => void): string {
  const folder = mkdtempSync(join(tmpdir(), 'amp-module-test-'));
  when(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
