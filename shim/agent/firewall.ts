import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BaseConfig } from '../environment/base.ts';
import { EXIT, Refusal } from '../system/exit.ts';
import { readTextIfPresent } from '../system/files.ts';
import { reasonOf } from '../system/report.ts';

/**
 * The words that go in front of an Amp that can run commands, as the template has them (scripts/place.sh writes
 * them at each start, one a line, before any command can run). A key without an instance of its own is confined
 * if any instance is.
 * @throws Refusal where it can't be told whether Amp must be confined, or what confines it isn't there.
 */
export function firewallOf({ stateFolder, key }: Pick<BaseConfig, 'stateFolder' | 'key'>): readonly string[] {
  const folder = join(stateFolder, 'firewall');
  const words = placedIn(folder, createHash('sha256').update(key).digest('hex').slice(0, 16));
  const [program] = words;
  if (program !== undefined && !existsSync(program)) {
    throw new Refusal(
      EXIT.unavailable,
      `The template confines Amp with ${program}, which isn't there, so Amp is not run. Wait until the agent has started, or restart the workspace.`,
    );
  }
  return words;
}

function placedIn(folder: string, name: string): readonly string[] {
  try {
    const own = wordsIn(join(folder, name));
    if (own !== null) return own;
    const others = readdirSync(folder).filter((each) => /^[0-9a-f]{16}$/.test(each));
    const words = others.map((each) => wordsIn(join(folder, each)) ?? []);
    if (words.length > 0) return words.find(({ length }) => length > 0) ?? [];
  } catch (error) {
    throw unknown(folder, reasonOf(error));
  }
  throw unknown(folder, 'nothing is there');
}

function wordsIn(path: string): readonly string[] | null {
  const text = readTextIfPresent(path);
  return text === null ? null : text.split('\n').filter((word) => word !== '');
}

function unknown(folder: string, why: string): Refusal {
  return new Refusal(
    EXIT.unavailable,
    `Whether the template confines Amp in a firewall can't be told (${folder}: ${why}), so Amp is not run. Restart the workspace to have it placed again.`,
  );
}
