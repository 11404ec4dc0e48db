import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { LiveAgent } from '../../../shim/agent/live.ts';
import { parseThreadId } from '../../../shim/amp/thread-id.ts';
import { afterRestart } from '../../../shim/key/after-restart.ts';
import { Key } from '../../../shim/key/key.ts';
import { prepare } from '../../../shim/start/prepare.ts';
import { startTypist, type Typist } from '../../support/agentapi/typist.ts';
import { GOOD_AMP, makeStart, type Start, THREAD } from '../../support/start.ts';

let start: Start;
let typist: Typist;
let live: LiveAgent;
beforeEach(async () => {
  start = makeStart();
  typist = await startTypist();
  const url = `http://127.0.0.1:${typist.port}`;
  live = { kind: 'running', pid: process.pid, url, thread: parseThreadId(THREAD), recorded: true };
  await prepare(start.config, '');
  await prepare(start.config, '');
});

const look = () => afterRestart(new Key(start.config), start.session(), live, 'idle');

describe('what a restart has left behind', () => {
  it('is unknown where AgentAPI ends, or breaks off, while Amp is asked; and is asked again', async () => {
    start.ampHas(['one']);
    typist.breaksOff = true;
    expect(await look()).toBe(null);
    typist.breaksOff = false;
    expect(await look()).toEqual({ interrupted: true, chatLacks: 0 });
  });

  it('is asked of Amp again ten seconds later while the turn is open, and said only of an idle agent', async () => {
    start.ampHas(['one']);
    const open = { interrupted: true, chatLacks: 0 };
    expect(await look()).toEqual(open);
    start.ampHas([]);
    expect(await look()).toEqual(open);
    expect(await afterRestart(new Key(start.config), start.session(), live, 'working')).toBe(null);
    const later = Date.now() + 10_000;
    vi.spyOn(Date, 'now').mockReturnValue(later);
    expect(await look()).toEqual({ interrupted: false, chatLacks: 0 });
  });

  it('costs a person who waits for status no second wait for a thread that Amp takes long to tell of', async () => {
    const asked = `${start.home}/asked`;
    start.amp({ ...GOOD_AMP, export: `echo >> ${asked}; exec sleep 600` });
    expect(await look()).toBe(null);
    expect(await look()).toBe(null);
    expect(readFileSync(asked, 'utf8')).toBe('\n');
    start.ampHas(['one']);
    expect(await look()).toBe(null);
    const later = Date.now() + 600_000;
    vi.spyOn(Date, 'now').mockReturnValue(later);
    expect(await look()).toEqual({ interrupted: true, chatLacks: 0 });
  });
});
