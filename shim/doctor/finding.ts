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
