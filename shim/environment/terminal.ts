import type { RawEnvironment } from './parse.ts';

/** What the environment says about the terminal. */
export function readTerminal(raw: RawEnvironment): {
  readonly dumb: boolean;
  readonly noColour: boolean;
  /** Whether nobody sits at it, though it may be one: continuous integration. */
  readonly isCi: boolean;
} {
  return { dumb: raw['TERM'] === 'dumb', noColour: Boolean(raw['NO_COLOR']), isCi: Boolean(raw['CI']) };
}
