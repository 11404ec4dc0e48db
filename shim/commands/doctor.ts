import type { CommandLine } from '../cli/parse.ts';
import type { Finding } from '../doctor/finding.ts';
import { checkPort } from '../doctor/port.ts';
import { checkPrograms } from '../doctor/programs.ts';
import { checkRecord } from '../doctor/record.ts';
import { checkThread } from '../doctor/thread.ts';
import { checkActivity, checkWorkspace } from '../doctor/workspace.ts';
import type { Key } from '../key/key.ts';
import { EXIT } from '../system/exit.ts';
import { visible } from '../system/visible.ts';
import { print, printJson } from '../terminal/output.ts';
import { paint } from '../terminal/paint.ts';
import { withProgress } from '../terminal/progress.ts';

/** What `amp-session doctor --json` prints. */
export type Diagnosis = { readonly healthy: boolean; readonly findings: readonly Finding[] };

/**
 * Checks everything that has to be right, and says how to fix what isn't.
 * @returns the exit code: 1 if something doesn't work.
 */
export async function doctor(key: Key, command: CommandLine): Promise<number> {
  const asked = () => Promise.all([checkPrograms(key), checkThread(key), checkPort(key)]);
  const findings = [
    ...(await withProgress('Asking Amp', asked)).flat(),
    ...checkWorkspace(key, await import('../system/library.ts')),
    ...(await checkActivity(key)),
    ...checkRecord(key),
  ];
  const healthy = findings.every(({ level }) => level !== 'problem');
  if (command.flag('json')) printJson({ healthy, findings } satisfies Diagnosis);
  else print(formatFindings(findings));
  return healthy ? EXIT.ok : EXIT.failed;
}

const MARKS = { ok: paint.green('✓'), note: paint.yellow('•'), problem: paint.red('✗') };

/** Formats findings for people: what was found and, below it, how to fix it. */
export function formatFindings(findings: readonly Finding[]): string {
  const width = findings.reduce((most, { about }) => Math.max(most, about.length), 0) + 1;
  return findings
    .map(({ level, ...finding }) => ({
      level,
      about: visible(finding.about),
      found: visible(finding.found),
      fix: finding.fix === null ? null : visible(finding.fix),
    }))
    .map(({ about, level, found, fix }) => {
      const first = `${MARKS[level]} ${about.padEnd(width)} ${found}\n`;
      return fix === null ? first : `${first}  ${' '.repeat(width)} → ${fix}\n`;
    })
    .join('');
}
