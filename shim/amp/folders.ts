import { join } from 'node:path';

/** Where Amp keeps its private records, and its logs. */
export type AmpFolders = { readonly data: string; readonly cache: string };

/** The variables that move them, as Amp reads them (test/conformance/amp-terminal-record.test.ts). */
export type XdgFolders = {
  readonly XDG_DATA_HOME?: string | undefined;
  readonly XDG_CACHE_HOME?: string | undefined;
};

/** Amp's own folders below a home, or where these variables move them. */
export function ampFolders(home: string, { XDG_DATA_HOME, XDG_CACHE_HOME }: XdgFolders = {}): AmpFolders {
  return {
    data: join(XDG_DATA_HOME ?? join(home, '.local/share'), 'amp'),
    cache: join(XDG_CACHE_HOME ?? join(home, '.cache'), 'amp'),
  };
}
