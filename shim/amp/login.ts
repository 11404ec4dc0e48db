import { join } from 'node:path';
import * as z from 'zod/mini';
import { tryToReadText } from '../system/files.ts';
import { parseJson } from '../system/json.ts';
import type { AmpFolders } from './folders.ts';

/** Where Amp keeps what `amp login` gave it (test/conformance/amp-runner.test.ts). */
export function loginFile({ data }: AmpFolders): string {
  return join(data, 'secrets.json');
}

const Secrets = z.record(z.string(), z.unknown());

/** Whether a person has logged in to Amp. Nothing of what the file holds is kept. */
export function isLoggedIn(folders: AmpFolders): boolean {
  const reading = tryToReadText(loginFile(folders));
  if (reading.kind === 'none') return false;
  const parsed = reading.kind === 'text' ? Secrets.safeParse(parseJson(reading.text)) : null;
  // What can't be read here may be readable to Amp.
  if (parsed === null || !parsed.success) return true;
  return Object.entries(parsed.data).some(([name, value]) => name.startsWith('apiKey@') && value !== '');
}
