import { reasonOf } from '../system/report.ts';

/** One thing that the doctor looked at. */
export type Finding = {
  /** What was looked at, in one word: stable, for programs. */
  readonly about: string;
  /** `ok`: as it should be; `note`: worth knowing; `problem`: something does not work. */
  readonly level: 'ok' | 'note' | 'problem';
  readonly found: string;
  /** What to do about it; null where there is nothing to do. */
  readonly fix: string | null;
};

/**
 * Looks at something that may itself be broken: whatever the look fails over is what was found.
 * @param fix what to do where that happens.
 */
export function look(about: string, fix: string, check: () => Finding[]): Finding[] {
  try {
    return check();
  } catch (error) {
    return [problem(about, `it can't be looked at: ${reasonOf(error)}`, fix)];
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

/** Something does not work. */
export function problem(about: string, found: string, fix: string): Finding {
  return { about, level: 'problem', found, fix };
}
