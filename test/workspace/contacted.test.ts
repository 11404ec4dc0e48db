import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { npmRegistry } from '../support/network/npm.ts';
import { installedAmp, world } from '../support/network/world.ts';
import type { ModuleInput } from '../support/terraform/stacks.ts';
import { fixtureOfFile } from './fixture.ts';
import { contactsOf, hostsOf, networked } from './networked.ts';

const fixture = await fixtureOfFile();

const GITHUB = ['github.com', 'release-assets.githubusercontent.com'];
const NPM = 'registry.npmjs.org';
/** Amp downloads ripgrep once. */
const RIPGREP = 'storage.googleapis.com';
const STATUS = 'statuspage.incident.io';

type Configuration = {
  readonly inputs: Record<string, ModuleInput>;
  readonly tools?: readonly string[];
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
  'Amp from npm': {
    inputs: { install_via_npm: true },
    tools: ['npm'],
    install: ['github.com', NPM, 'release-assets.githubusercontent.com'],
    run: ['ampcode.com', NPM, STATUS],
  },
  'no AgentAPI': {
    inputs: { enable_agentapi: false },
    install: ['ampcode.com', 'static.ampcode.com'],
    run: ['ampcode.com', 'static.ampcode.com', STATUS],
  },
};

describe('exactly these hosts are contacted', () => {
  it.each(Object.entries(CONFIGURATIONS))('with %s', async (_, { inputs, tools = [], install, run }) => {
    const there = await networked(fixture, { inputs, tools });
    const { dev, network, folder } = there;
    if (tools.includes('npm')) network.answer(world({ npm: npmRegistry(folder, `https://${NPM}`) }));
    const start = async () => {
      const contacts = contactsOf(there);
      const { scripts } = await dev.start();
      expect(scripts.map(({ exitCode }) => exitCode)).not.toContain(1);
      const app = inputs['enable_agentapi'] === false ? dev.openApp() : undefined;
      const seen = await contacts();
      await app?.close();
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
    expect([...new Set([...first, ...later].map(({ program }) => program))].sort()).toEqual(
      install.includes(NPM) ? ['amp', 'curl', 'npm'] : ['amp', 'curl'],
    );
  });
});

describe("the documentation's lists of what is contacted", () => {
  /** The hosts of the points under a heading. */
  const listed = (heading: string) => {
    const section =
      readFileSync('docs/network.md', 'utf8').split(`### ${heading}\n`)[1]?.split(/\n##/)[0] ?? '';
    const points = section.split('\n').filter((line) => line.startsWith('- `'));
    return points.flatMap((line) =>
      [...(line.split(':')[0] ?? '').matchAll(/`([a-z.-]+)`/g)].map(([, host]) => host),
    );
  };
  const all = (what: 'install' | 'run') => Object.values(CONFIGURATIONS).flatMap((each) => each[what]);
  const each = (hosts: readonly unknown[]) => [...new Set(hosts)].sort();
  /** Listed, and not seen: AgentAPI's module installs the firewall from there, which these tests don't do. */
  const UNSEEN = ['api.github.com', 'raw.githubusercontent.com'];

  it('have exactly the hosts that a program contacts to install, and the two that are not seen here', () => {
    expect(each(listed('At install'))).toEqual(each([...all('install'), ...UNSEEN]));
  });

  it('have exactly the hosts that Amp contacts at run time', () => {
    expect(each(listed('At run time'))).toEqual(each([...all('run'), RIPGREP]));
  });
});
