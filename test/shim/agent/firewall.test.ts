import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { firewallOf } from '../../../shim/agent/firewall.ts';
import { temporaryFolder } from '../../support/folders.ts';

let stateFolder: string;
let words: readonly string[];
const fileOf = (key: string) =>
  join(stateFolder, 'firewall', createHash('sha256').update(key).digest('hex').slice(0, 16));
const place = (instances: Readonly<Record<string, readonly string[]>>) => {
  for (const [key, each] of Object.entries(instances)) writeFileSync(fileOf(key), `${each.join('\n')}\n`);
};

beforeEach(() => {
  stateFolder = temporaryFolder();
  mkdirSync(join(stateFolder, 'firewall'));
  const wrapper = join(stateFolder, 'fire wall.sh');
  writeFileSync(wrapper, '');
  chmodSync(wrapper, 0o755);
  words = [wrapper, '--config=/opt/rules.yaml', '--'];
});

describe('what goes in front of an Amp that can run commands', () => {
  it.each(['main', 'telegram:652'])("is the template's, for %s", (key) => {
    place({ main: words });
    expect(firewallOf({ stateFolder, key })).toEqual(words);
  });

  it('is found beside an instance that nothing confines, for a key without an instance', () => {
    place({ a: [], main: words, z: [] });
    expect(firewallOf({ stateFolder, key: 'telegram:652' })).toEqual(words);
    expect(firewallOf({ stateFolder, key: 'a' })).toEqual([]);
  });

  it('is nothing where the template has no firewall', () => {
    place({ main: [] });
    expect(firewallOf({ stateFolder, key: 'telegram:652' })).toEqual([]);
  });
});

describe('Amp is not run', () => {
  const refused = (key: string) => expect(() => firewallOf({ stateFolder, key }));

  it.each(['main', 'telegram:652'])('where nothing says whether it is confined, for %s', (key) => {
    refused(key).toThrow(/can't be told .* so Amp is not run\. Restart the workspace/);
    rmSync(join(stateFolder, 'firewall'), { recursive: true });
    refused(key).toThrow(/can't be told .* so Amp is not run\. Restart the workspace/);
  });

  it.each(['main', 'telegram:652'])("where what says it can't be read, for %s", (key) => {
    mkdirSync(fileOf('main'));
    refused(key).toThrow(/can't be told .* so Amp is not run\. Restart the workspace/);
  });

  it('where what confines it is not there yet', () => {
    place({ main: [join(stateFolder, 'agentapi/boundary-wrapper.sh')] });
    refused('main').toThrow(
      /boundary-wrapper\.sh, which isn't there, so Amp is not run\. Wait until the agent/,
    );
  });
});
