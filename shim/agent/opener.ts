import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { BaseConfig } from '../environment/base.ts';

/**
 * The script that opens a key's agent in a terminal, in tmux or screen if there is one. It exists only with
 * `enable_agentapi = false` (terminal.tf has the same name; scripts/steps.sh writes it, and install.sh removes
 * it).
 */
export function openerOf({ stateFolder, key }: Pick<BaseConfig, 'stateFolder' | 'key'>): string {
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 16);
  return join(stateFolder, `bin/terminal-${hash}`);
}
