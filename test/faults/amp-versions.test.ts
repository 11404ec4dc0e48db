import { expect, it } from 'vitest';
import { prepare } from '../../shim/start/prepare.ts';
import { GOOD_AMP, makeStart, THREAD } from '../support/start.ts';

/** Amp's own output by version (test/conformance/README.md). */
const VERSIONS = {
  '2026-01': { 'threads new': `echo ${THREAD}`, '--unarchive': 'echo "✓ Thread unarchived successfully"' },
  '2026-09': { ...GOOD_AMP, 'threads new': `echo https://ampcode.com/threads/${THREAD}` },
  'one to come': {
    'threads new': `echo '{"thread":"${THREAD}"}'`,
    '--unarchive': 'echo "Unknown command archive. Did you mean threads shelve?" >&2; exit 2',
  },
} as const;

it.each([
  ['upgraded', '2026-01', '2026-09'],
  ['downgraded', '2026-09', '2026-01'],
  ['replaced by one that speaks otherwise', '2026-09', 'one to come'],
] as const)('amp is %s between two starts: the thread is continued', async (_name, before, after) => {
  const start = makeStart();
  start.amp(VERSIONS[before]);
  await prepare(start.config, '');
  start.amp(VERSIONS[after]);
  expect(await prepare({ ...start.config, run: 2 }, '')).toMatchObject({
    agentArgs: ['threads', 'continue', THREAD],
  });
});

it('an Amp with unknown output from the start: the agent starts, and its output is kept', async () => {
  const start = makeStart();
  start.amp(VERSIONS['one to come']);
  expect(await prepare(start.config, '')).toMatchObject({ kind: 'launch', agentArgs: [] });
  expect(start.said()).toContain('its answer names no thread');
});
