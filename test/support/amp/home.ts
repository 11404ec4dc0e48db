import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A temporary home and a work folder, for one `amp`. */
export type AmpHome = {
  readonly home: string;
  readonly workdir: string;
  /** Writes a file below the home. */
  readonly write: (path: string, text: string) => void;
  /**
   * Amp's private records: session.json, and file name → thread of last-threads/. Null or empty if not
   * written.
   */
  readonly session: () => Record<string, unknown> | null;
  readonly lastThreads: () => Record<string, unknown>;
  readonly remove: () => void;
};

/** Amp's folder for its private records, below the home. */
export const PRIVATE = '.local/share/amp';

/** Settings file that Amp reads unless told otherwise, below the home. */
export const SETTINGS = '.config/amp/settings.json';

/** Creates a home that has never seen Amp. */
export function newAmpHome(): AmpHome {
  // Amp identifies checkouts by their real path, and /tmp is a link on some systems.
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'amp-home-')));
  const home = join(root, 'home');
  const workdir = join(root, 'work');
  mkdirSync(home);
  mkdirSync(workdir);
  const records = join(home, PRIVATE);
  return {
    home,
    workdir,
    write: (path, text) => {
      mkdirSync(dirname(join(home, path)), { recursive: true });
      writeFileSync(join(home, path), text);
    },
    session: () => readJson(join(records, 'session.json')) as Record<string, unknown> | null,
    lastThreads: () => {
      const folder = join(records, 'last-threads');
      return Object.fromEntries(filesIn(folder).map((name) => [name, readJson(join(folder, name))]));
    },
    remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** Marks the first-run tour as seen, as `configure` does, because it swallows what is typed. */
export function skipTour({ home }: Pick<AmpHome, 'home'>): void {
  mkdirSync(join(home, PRIVATE), { recursive: true });
  writeFileSync(join(home, PRIVATE, 'session.json'), '{"neoWelcomeDismissed":true}');
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // It doesn't exist, or is being written.
    return null;
  }
}
