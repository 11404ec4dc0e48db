import { reasonOf } from '../system/report.ts';

/** The result of one check. */
export type Finding = {
  /** What was checked, in one word that programs can rely on. */
  readonly about: string;
  /** `ok`: as it should be; `note`: worth knowing; `problem`: something doesn't work. */
  readonly level: 'ok' | 'note' | 'problem';
  readonly found: string;
  /** What to do about it, null if nothing. */
  readonly fix: string | null;
};

/**
 * Runs checks that may themselves fail on what is broken. A failure is then the finding.
 * @param fix what to do in that case.
 */
export function look(about: string, fix: string, check: () => Finding[]): Finding[] {
  try {
    return check();
  } catch (error) {
    return [problem(about, `it can't be checked: ${reasonOf(error)}`, fix)];
  }
}

/** As it should be. */
export function ok(about: string, found: string): Finding {
  return { about, level: 'ok', found, fix: null };
}

/** Worth knowing. */
export function note(about: string, found: string, fix: string): Finding {
  return { about, level: 'note', found, fix };
}

/** Something doesn't work. */
export function problem(about: string, found: string, fix: string): Finding {
  return { about, level: 'problem', found, fix };
}
