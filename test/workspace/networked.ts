import { chmodSync, existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from '../support/folders.ts';
import { type Network, openNetwork, type Seen } from '../support/network/network.ts';
import { AMP_VERSION_FILE, type World, world } from '../support/network/world.ts';
import { waitUntil } from '../support/wait.ts';
import type { WorkspaceOptions } from '../support/workspace/environment.ts';
import type { Workspace } from '../support/workspace/workspace.ts';
import type { Fixture } from './fixture.ts';

/** A workspace whose internet is the test's, all of it. */
export type Networked = {
  readonly dev: Workspace;
  readonly network: Network;
  /** Where the keys and files of the network may lie. */
  readonly folder: string;
};

/**
 * Whether tests running as root can run the workspace as another user: the AgentAPI stand-in lies in this
 * repository, and the real module writes to fixed names in /tmp, where other tests write as root.
 */
export function canBeOrdinary(): boolean {
  if (process.getuid?.() !== 0 || process.env['AGENTAPI_MODULE_DIR'] !== undefined) return false;
  for (let folder = import.meta.dirname; folder !== '/'; folder = join(folder, '..')) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
  }
  return true;
}

/**
 * A workspace on an image with nothing but Node, whose template sets the agent, the work folder and the key.
 * Amp is not told where its servers are, nor to leave anything be.
 */
export async function networked(
  { amp, workspace }: Fixture,
  options: Partial<WorkspaceOptions> = {},
  first: World = {},
): Promise<Networked> {
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  const network = await openNetwork(folder);
  onTestFinished(network.close);
  network.lead('ampcode.com', amp.url, (path) => path === '/install.sh');
  network.answer(world(first));
  // Amp says in its log that it doesn't look for updates, at this level.
  const env = { AMP_LOG_LEVEL: 'debug' };
  const dev = await workspace({ bare: true, ordinaryUser: canBeOrdinary(), network, env, ...options });
  return { dev, network, folder };
}

/**
 * Begins to listen for what a start contacts, until Amp has done what it does after it opens: asked about its
 * service, and about newer versions unless it doesn't.
 * @returns what was contacted from now on, once that is so.
 */
export function contactsOf({ dev, network }: Networked): () => Promise<readonly Seen[]> {
  const log = join(dev.home, '.cache/amp/logs/cli.log');
  rmSync(log, { force: true });
  const from = network.requests.length;
  return () =>
    waitUntil('what was contacted', async () => {
      const seen = network.requests.slice(from);
      const amps = seen.filter(({ program }) => program === 'amp').map(({ host, path }) => `${host}${path}`);
      const said = existsSync(log) ? readFileSync(log, 'utf8') : '';
      const looked =
        amps.includes(AMP_VERSION_FILE) || amps.some((address) => address.endsWith('/cli/latest'));
      const asked = amps.some((address) => address.startsWith('statuspage.'));
      return { done: asked && (looked || said.includes('"checking disabled"')), seen };
    });
}

/** The hosts that a program contacted, in order of their names. */
export const hostsOf = (seen: readonly Seen[], ...programs: readonly string[]): readonly string[] =>
  [...new Set(seen.filter(({ program }) => programs.includes(program)).map(({ host }) => host))].sort();
