import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type AmpRelease, installedAmp, world } from '../support/network/world.ts';
import { ampOfVersion } from '../support/versions/amp-version.ts';
import { waitUntil } from '../support/wait.ts';
import type { Workspace } from '../support/workspace/workspace.ts';
import { fixtureOfFile, threadIn } from './fixture.ts';
import { contactsOf, type Networked, networked } from './networked.ts';

const fixture = await fixtureOfFile();

const OLD_VERSION = '0.0.1789963237-g4ed0c7';
const old = async (): Promise<AmpRelease> => ({
  version: OLD_VERSION,
  folder: await ampOfVersion(OLD_VERSION),
});
const NEW = installedAmp();

/** The version of the executable that Amp's installer put in the home folder, where Amp replaces it. */
const versionOf = async (dev: Workspace) =>
  (await dev.run(join(dev.home, '.amp/bin/amp'), ['--version'])).stdout.split(' ')[0];

/** One start, until Amp has looked for updates or has decided not to, and what was contacted. */
async function start(there: Networked) {
  const contacts = contactsOf(there);
  await there.dev.start();
  const seen = await contacts();
  return {
    thread: threadIn(there.dev.agentArgs()),
    seen: seen.map(({ program, host, path }) => `${program} ${host}${path}`),
  };
}

const downloads = (seen: readonly string[]) => seen.filter((line) => line.includes(' static.ampcode.com/'));

it('a pinned version stays, start after start, without a download, whatever its makers offer', async () => {
  const amp = await old();
  const there = await networked(fixture, { inputs: { amp_version: OLD_VERSION } }, { amp, newest: NEW });
  const first = await start(there);
  expect(downloads(first.seen)).toEqual(['curl static.ampcode.com/cli/amp-linux']);
  for (let starts = 0; starts < 2; starts++) {
    there.dev.crash();
    const later = await start(there);
    expect(later.thread).toBe(first.thread);
    expect(downloads(later.seen)).toEqual([]);
    expect(await versionOf(there.dev)).toBe(OLD_VERSION);
  }
});

it('without a pin, Amp updates itself, and what it updated itself to is what runs', async () => {
  const amp = await old();
  const there = await networked(fixture, {}, { amp, newest: NEW });
  const { dev, network } = there;
  const first = await start(there);
  await waitUntil("Amp's version", async () => {
    const seen = await versionOf(dev);
    return { done: seen === NEW.version, seen };
  });
  dev.crash();

  // Should anything install the older one again, it would be seen here.
  network.answer(world({ amp, newest: NEW }));
  const later = await start(there);
  expect(later.thread).toBe(first.thread);
  expect(downloads(later.seen)).toEqual(['amp static.ampcode.com/cli/cli-version.txt']);
  expect(dev.read('logs/install.log')).toContain(`Amp ${NEW.version} is installed.`);
  dev.crash();

  // Nor does a template that says where to begin.
  await dev.change({ amp_version: OLD_VERSION, amp_updates: 'auto' });
  const pinned = await start(there);
  expect(downloads(pinned.seen)).toEqual(['amp static.ampcode.com/cli/cli-version.txt']);
  expect(await versionOf(dev)).toBe(NEW.version);
});

it("a user's own setting wins over the template's", async () => {
  const there = await networked(fixture, { inputs: { amp_updates: 'disabled' } });
  const first = await start(there);
  expect(downloads(first.seen)).not.toContain('amp static.ampcode.com/cli/cli-version.txt');
  there.dev.crash();
  writeFileSync(join(there.dev.home, '.config/amp/settings.json'), '{"amp.updates.mode":"warn"}');
  expect(downloads((await start(there)).seen)).toEqual(['amp static.ampcode.com/cli/cli-version.txt']);
});
