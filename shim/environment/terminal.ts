import type { RawEnvironment } from './parse.ts';

/** What the environment says about the terminal. */
export function readTerminal(raw: RawEnvironment): { readonly dumb: boolean; readonly noColour: boolean } {
  return { dumb: raw['TERM'] === 'dumb', noColour: Boolean(raw['NO_COLOR']) };
}
