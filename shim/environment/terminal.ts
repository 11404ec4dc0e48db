import type { RawEnvironment } from './parse.ts';

/** What the environment says about the terminal. */
export function readTerminal(raw: RawEnvironment): {
  readonly dumb: boolean;
  readonly noColour: boolean;
  /** Whether this is continuous integration, where nobody sits at the terminal. */
  readonly isCi: boolean;
} {
  return { dumb: raw['TERM'] === 'dumb', noColour: Boolean(raw['NO_COLOR']), isCi: Boolean(raw['CI']) };
}
