import { describe, expect, it } from 'vitest';
import { decideWay } from '../../../shim/agent/route.ts';
import { threadIdFrom } from '../../support/thread-record.ts';

const [A, B] = [threadIdFrom('a'), threadIdFrom('b')] as const;

describe('the route to a thread', () => {
  const url = 'http://localhost:1';
  it.each([
    [{ kind: 'stopped' }, 'amp'],
    [{ kind: 'running', pid: 1, url, thread: A, recorded: true }, 'agentapi'],
    [{ kind: 'running', pid: 1, url, thread: B, recorded: true }, 'amp'],
    [{ kind: 'running', pid: 1, url, thread: null, recorded: false }, 'amp'],
    [{ kind: 'running', pid: 1, url: null, thread: A, recorded: true }, 'terminal'],
    [{ kind: 'running', pid: 1, url: null, thread: B, recorded: true }, 'amp'],
    [{ kind: 'waiting', thread: A, recorded: true }, 'waiting'],
    [{ kind: 'waiting', thread: B, recorded: true }, 'amp'],
  ] as const)('with an agent %j is by %s', (live, by) => {
    expect(decideWay(A, live).by).toBe(by);
  });
});
