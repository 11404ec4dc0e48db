import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { installedAmp } from '../support/network/world.ts';
import type { ModuleInput } from '../support/terraform/stacks.ts';
import { useFixture } from './fixture.ts';
import { contactsOf, hostsOf, networked } from './networked.ts';

const fixture = useFixture();

const GITHUB = ['github.com', 'release-assets.githubusercontent.com'];
/** Amp downloads ripgrep once. */
const RIPGREP = 'storage.googleapis.com';
const STATUS = 'statuspage.incident.io';

type Configuration = {
  readonly inputs: Record<string, ModuleInput>;
  /** What is contacted to install, and by Amp at every start. */
  readonly install: readonly string[];
  readonly run: readonly string[];
};
const CONFIGURATIONS: Record<string, Configuration> = {
  'a pinned version': {
    inputs: { amp_version: installedAmp().version },
    install: ['ampcode.com', ...GITHUB, 'static.ampcode.com'],
    run: ['ampcode.com', STATUS],
  },
  'updates disabled': {
    inputs: { amp_updates: 'disabled' },
    install: ['ampcode.com', ...GITHUB, 'static.ampcode.com'],
    run: ['ampcode.com', STATUS],
  },
};

describe('exactly these hosts are contacted', () => {
  it.each(Object.entries(CONFIGURATIONS))('with %s', async (_, { inputs, install, run }) => {
    const there = await networked(fixture(), { inputs });
    const { dev, network } = there;
    const start = async () => {
      const contacts = contactsOf(there);
      const { scripts } = await dev.start();
      expect(scripts.map(({ exitCode }) => exitCode)).not.toContain(1);
      const seen = await contacts();
      dev.crash();
      return seen;
    };
    const first = await start();
    expect(hostsOf(first, 'curl', 'npm')).toEqual(install);
    expect(hostsOf(first, 'amp')).toEqual([...run, RIPGREP].sort());
    const later = await start();
    expect(hostsOf(later, 'curl', 'npm')).toEqual([]);
    expect(hostsOf(later, 'amp')).toEqual(run);
    expect([...network.names].sort()).toEqual(hostsOf([...first, ...later], 'curl', 'npm', 'amp'));
    expect([...new Set([...first, ...later].map(({ program }) => program))].sort()).toEqual(['amp', 'curl']);
  });
});

describe("README's lists of what is contacted", () => {
  /** The hosts of the points under a heading. */
  const listed = (heading: string) => {
    const section = readFileSync('README.md', 'utf8').split(`### ${heading}\n`)[1]?.split(/\n##/)[0] ?? '';
    const points = section.split('\n').filter((line) => line.startsWith('- `'));
    return points.flatMap((line) =>
      [...(line.split(':')[0] ?? '').matchAll(/`([a-z.-]+)`/g)].map(([, host]) => host),
    );
  };
  const all = (what: 'install' | 'run') => Object.values(CONFIGURATIONS).flatMap((each) => each[what]);

  it('have each host that a program contacts to install', () => {
    expect(listed('At install')).toEqual(expect.arrayContaining([...new Set(all('install'))]));
  });

  it('have each host that Amp contacts at run time', () => {
    expect(listed('At run time')).toEqual(expect.arrayContaining([...new Set([...all('run'), RIPGREP])]));
  });
});
