import { createHash } from 'node:crypto';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { waitForOpenThread } from '../../../shim/agent/thread-open.ts';
import { ampFolders } from '../../../shim/amp/folders.ts';
import { parseThreadId, type ThreadId } from '../../../shim/amp/thread-id.ts';
import type { Session } from '../../../shim/store/session.ts';
import { temporaryFolder } from '../../support/folders.ts';

const THREAD = parseThreadId('T-aaaaaaaa-0000-4000-8000-000000000000') as ThreadId;
const HOUR_MS = 3_600_000;

let home: string;
beforeEach(() => {
  home = temporaryFolder();
});

/** Has Amp's record of a terminal say that a thread is open, and since when. */
function opens(terminal: string, since = Date.now()): void {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);
  const folder = join(home, '.local/share/amp/last-threads');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${hash(home)}-${hash(`term:${terminal}`)}-interactive-session.json`);
  writeFileSync(path, `"${THREAD}"`);
  utimesSync(path, since / 1_000, since / 1_000);
}

/** The launch of an agent in its own terminal. */
const launch = (more: Partial<NonNullable<Session['launched']>> = {}): Session['launched'] => ({
  at: new Date().toISOString(),
  thread: THREAD,
  workdir: home,
  terminal: 'own',
  now: THREAD,
  moved: null,
  ...more,
});

/** Waits for an open thread. @returns how often it looked. */
async function looks(launched: Session['launched'], atLook: (look: number) => boolean): Promise<number> {
  let count = 0;
  await waitForOpenThread(ampFolders(home), launched, () => atLook(++count));
  return count;
}

describe('a message', () => {
  it("waits until the agent's own terminal has a thread open since the launch", async () => {
    const launched = launch();
    // Of the launch before, and of somebody else's terminal.
    opens('own', Date.parse(launched?.at ?? '') - HOUR_MS);
    opens('other');
    const seen = await looks(launched, (look) => {
      if (look === 2) opens('own');
      return false;
    });
    expect(seen).toBe(2);
  });

  it('no longer waits once the agent has ended', async () => {
    opens('other');
    expect(await looks(launch(), (look) => look === 2)).toBe(2);
  });

  it.each([
    ['there was no launch', () => null],
    ['the agent had no terminal of its own', () => launch({ terminal: null })],
  ])('does not wait where %s', async (_name, launched) => {
    opens('other');
    expect(await looks(launched(), () => false)).toBe(0);
  });

  it('does not wait for an Amp that keeps no record per terminal', async () => {
    expect(await looks(launch(), () => false)).toBe(0);
  });

  it('does not wait for a launch of long ago', async () => {
    opens('other');
    const at = new Date(Date.now() - HOUR_MS).toISOString();
    expect(await looks(launch({ at }), () => false)).toBe(1);
  });
});
