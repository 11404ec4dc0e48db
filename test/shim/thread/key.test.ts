import { describe, expect, it } from 'vitest';
import { prepare } from '../../../shim/start/prepare.ts';
import { Key } from '../../../shim/thread/key.ts';
import { makeStart } from '../../support/start.ts';

const WORDS = ['/opt/fire wall.sh', '--config=/opt/rules.yaml', '--'];

/** What goes in front of a key's Amp, where the agents of these keys were started behind these words. */
async function firewallOf(key: string, agents: Readonly<Record<string, readonly string[]>>) {
  const { config } = makeStart();
  for (const [agent, firewall] of Object.entries(agents))
    await prepare({ ...config, key: agent, firewall }, '');
  return new Key({ ...config, key }).firewall;
}

describe('what goes in front of an Amp that can run commands', () => {
  it.each([
    ["is what goes in front of the key's agent", 'main', { main: WORDS }, WORDS],
    ['is the same for a key without an agent', 'telegram:652', { main: WORDS }, WORDS],
    ['is found behind an agent that nothing confines', 'telegram:652', { a: [], main: WORDS, z: [] }, WORDS],
    ["is nothing where nothing confines the key's agent", 'a', { a: [], main: WORDS }, []],
    ['is nothing where there was no start', 'main', {}, []],
  ])('%s', async (_name, key, agents, expected) => {
    expect(await firewallOf(key, agents)).toEqual(expected);
  });
});
