import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * A folder for what takes long to build or download, shared by all checkouts of this user and unaffected by
 * `npm ci` or a fresh clone. It may not exist yet.
 * @param name of what is kept there, with its version.
 */
export function cacheFolder(name: string): string {
  // The XDG Base Directory Specification: an empty variable counts as unset.
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'coder-amp-module', name);
}
