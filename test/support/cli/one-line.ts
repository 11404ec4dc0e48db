import { expect } from 'vitest';
import type { CliResult } from './home.ts';

/** What was printed: one line, prefixed with the program's name. */
export function oneLine({ stdout, stderr }: CliResult): string {
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^amp-session: [^\n]+\.\n$/);
  return stderr.slice('amp-session: '.length).trimEnd();
}
