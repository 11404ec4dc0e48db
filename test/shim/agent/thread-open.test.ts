import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openingLeft, waitForOpenThread } from '../../../shim/agent/thread-open.ts';
import { ampFolders } from '../../../shim/amp/folders.ts';
import { launchOf, noteLaunch } from '../../../shim/store/launch.ts';
import { sessionPaths } from '../../../shim/store/paths.ts';
import type { Session } from '../../../shim/store/session.ts';
import { lastThreadFile } from '../../support/amp/records.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { A } from '../../support/thread-record.ts';

const HOUR_MS = 3_600_000;

let home: string;
beforeEach(() => {
  home = temporaryFolder();
});

/** Has Amp's record of a terminal say that a thread is open, and since when. */
function opens(terminal: string, since = Date.now()): void {
  const path = lastThreadFile(home, home, `term:${terminal}`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `"${A}"`);
  utimesSync(path, since / 1_000, since / 1_000);
}

/** The launch of an agent in its own terminal. */
const launch = (more: Partial<NonNullable<Session['launched']>> = {}): Session['launched'] => ({
  at: new Date().toISOString(),
  thread: A,
  workdir: home,
  terminal: 'own',
  now: A,
  moved: null,
  ...more,
});

/** Waits for an open thread. @returns how often it looked. */
async function looks(launched: Session['launched'], atLook: (look: number) => boolean): Promise<number> {
  let count = 0;
  const launch = launchOf(sessionPaths(home, 'main'), launched?.at ?? '');
  await waitForOpenThread(ampFolders(home), launched, launch, () => atLook(++count));
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

  it('waits for a record that was written since, whatever the clock and the volume say', async () => {
    const paths = sessionPaths(home, 'main');
    mkdirSync(paths.folder, { recursive: true });
    // The clock was an hour ahead, and what is there seems to be of just now.
    const launched = launch({ at: new Date(Date.now() + HOUR_MS).toISOString() });
    opens('own', Date.now() + HOUR_MS - 1_000);
    noteLaunch(paths, launched, ampFolders(home), { stateFile: null, said: null });
    const seen = await looks(launched, (look) => {
      if (look === 2) opens('own', Date.now() - 10_000);
      return false;
    });
    expect(seen).toBe(2);
  });

  it.each([
    ['the clock was ahead at the launch', '2026-01-01T13:00:00.000Z', null, 120_000],
    ['it is fully right', '2026-01-01T11:59:30.000Z', null, 90_000],
    ['the machine knows better', '2026-01-01T13:00:00.000Z', 30_000, 90_000],
    ['the clock was behind, and the machine knows better', '2026-01-01T11:00:00.000Z', 30_000, 90_000],
  ])('never waits longer than two minutes from the launch: %s', (_name, at, elapsed, left) => {
    expect(openingLeft(at, elapsed, Date.UTC(2026, 0, 1, 12))).toBe(left);
  });

  it('does not wait for a launch of long ago', async () => {
    opens('other');
    const at = new Date(Date.now() - HOUR_MS).toISOString();
    expect(await looks(launch({ at }), () => false)).toBe(1);
  });
});
