import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../folders.ts';
import { type AmpDouble, installAmpDouble, threadNumbered } from './amp-double.ts';
import { ampSession, type Home, makeHome } from './home.ts';
import { type DatedEvent, recordEvents } from './record.ts';

/** The threads of a bench: the active one, two whose IDs start alike, and one of another key. */
export const ACTIVE = threadNumbered(0xa0000001);
export const TWIN = threadNumbered(0xb1110001);
export const OTHER_TWIN = threadNumbered(0xb1110002);
export const FOREIGN = threadNumbered(0xc0000001);

/**
 * A home with threads in the keys `main` and `telegram:652`. Its work folder has an exported key,
 * `other.json`.
 */
export type Bench = { readonly home: Home; readonly amp: AmpDouble; readonly stateFolder: string };

/** A home whose Amp is the double. Both are removed after the test. */
export function makeDoubleHome(): { readonly home: Home; readonly amp: AmpDouble } {
  const amp = installAmpDouble();
  return { home: makeHome(temporaryFolder(), { programs: [amp.dir] }), amp };
}

/** Creates a bench, which is removed after the test. */
export async function makeBench(): Promise<Bench> {
  const { home, amp } = makeDoubleHome();
  const { stateFolder } = home;
  const known = (thread: typeof ACTIVE, at = '2026-01-01T00:00:00.000Z'): DatedEvent => ({
    event: 'thread',
    origin: 'new',
    workdir: home.project,
    thread,
    at,
  });
  await recordEvents(stateFolder, 'main', [known(ACTIVE), known(TWIN), known(OTHER_TWIN)]);
  await recordEvents(stateFolder, 'telegram:652', [known(FOREIGN)]);
  writeFileSync(
    join(home.project, 'other.json'),
    (await ampSession(home, ['export', '--key', 'telegram:652'])).stdout.replaceAll('c0000001', 'c0000002'),
  );
  return { home, amp, stateFolder };
}
