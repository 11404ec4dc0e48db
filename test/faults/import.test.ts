import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { seal } from '../../shim/store/seal.ts';
import { EXIT } from '../../shim/system/exit.ts';
import { threadNumbered } from '../support/cli/amp-double.ts';
import { makeBench } from '../support/cli/bench.ts';
import { ampSession } from '../support/cli/home.ts';

it('an import of 150,000 events is complete', async () => {
  const { home } = await makeBench();
  const path = join(home.project, 'other.json');
  const exported = JSON.parse(readFileSync(path, 'utf8'));
  const known = { event: 'thread', thread: threadNumbered(0xd), origin: 'new', workdir: home.project };
  const line = seal({ seq: 1, at: '2026-01-01T00:00:00.000Z', ...known });
  exported.history = Array.from({ length: 150_000 }, () => line);
  writeFileSync(path, JSON.stringify(exported));
  const { exitCode, stdout, stderr } = await ampSession(home, ['import', path, '--key', 'docs', '--json']);
  expect(stderr).toBe('');
  expect({ exitCode, threads: JSON.parse(stdout).threads.length }).toEqual({ exitCode: EXIT.ok, threads: 1 });
  const history = readFileSync(join(home.stateFolder, 'sessions/docs/history.jsonl'), 'utf8');
  expect(history.trimEnd().split('\n')).toHaveLength(150_001);
});
