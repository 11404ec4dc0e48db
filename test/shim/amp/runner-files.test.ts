// Amp's files about its runner, as a guest reads and writes them. What Amp writes: test/conformance/amp-runner.test.ts.

import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ampFolders } from '../../../shim/amp/folders.ts';
import { isLoggedIn, loginFile } from '../../../shim/amp/login.ts';
import { readRunnerReport } from '../../../shim/amp/runner-events.ts';
import { runnerStateFile, servedIn, servingProcess, writeServed } from '../../../shim/amp/runner-state.ts';
import { identifyProcess } from '../../../shim/system/processes.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { A, B } from '../../support/thread-record.ts';

let home: string;
let workdir: string;
let file: string;
beforeEach(() => {
  home = temporaryFolder();
  workdir = temporaryFolder();
  file = runnerStateFile(ampFolders(home), workdir);
});
const put = (path: string, text: string) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

describe("Amp's file about a runner", () => {
  it('is written whole and private, with what is not ours left as it was', () => {
    put(
      file,
      '{"runnerId":"old","servedThreadIds":[],"directories":["/more"],"sleepingThreadIds":["x"],"new":[1]}',
    );
    writeServed(file, { name: 'box', workdir }, [
      { thread: A, folder: null },
      { thread: B, folder: '/clone' },
    ]);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      runnerId: 'box',
      workingDirectory: workdir,
      servedThreadIds: [A, B],
      servedThreadWorkingDirectories: { [B]: '/clone' },
      directories: ['/more'],
      sleepingThreadIds: ['x'],
      new: [1],
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(servedIn(file)).toEqual([
      { thread: A, folder: null },
      { thread: B, folder: '/clone' },
    ]);
  });

  it.each([['{"runnerId":"bo'], ['[]'], ['']])('%j names nothing', (text) => {
    put(file, text);
    expect(servedIn(file)).toBe(null);
  });

  it('says who serves a folder, and is not taken in by a number that another process has now', () => {
    const pids = join(home, '.cache/amp/pids', `runner-${file.slice(-21, -5)}.pid`);
    const look = () => servingProcess(ampFolders(home), workdir);
    expect(look()).toBe(null);
    const started = identifyProcess(process.pid)?.started;
    put(pids, JSON.stringify({ pid: process.pid, processIdentity: `linux:boot:${started}` }));
    expect(look()).toBe(process.pid);
    put(pids, JSON.stringify({ pid: process.pid, processIdentity: 'linux:boot:1' }));
    expect(look()).toBe(null);
  });
});

describe("a runner's reports", () => {
  const report = (...lines: object[]) => {
    const path = join(home, 'events');
    writeFileSync(
      path,
      [...lines.map((line) => JSON.stringify(line)), 'Would you like to log in?'].join('\n'),
    );
    return readRunnerReport(path);
  };

  it('are empty without a file', () => {
    expect(readRunnerReport(join(home, 'none'))).toMatchObject({ registered: false, failure: null });
  });

  it('say which threads run, which were dropped and why, and what ended the runner', () => {
    const { registered, started, dropped, failure } = report(
      { type: 'thread_dropped', threadId: A, reason: 'archived' },
      { type: 'thread_started', threadId: B },
      { type: 'registered' },
      { type: 'thread_stopped', threadId: B, reason: 'idle' },
      { type: 'fatal', code: 'runner_id_in_use', message: 'taken' },
    );
    expect({ registered, started: [...started], dropped: [...dropped], failure }).toEqual({
      registered: true,
      started: [B],
      dropped: [[A, 'archived']],
      failure: { code: 'runner_id_in_use', message: 'taken' },
    });
  });

  it('say which thread could not be attached to, and why', () => {
    const failed = { type: 'thread_attach_failed', threadId: A, message: 'Failed to attach: 403' };
    expect([...report(failed).notAttached]).toEqual([[A, 'Failed to attach: 403']]);
  });

  it('take back what was said of a thread when it is asked for again', () => {
    const stopped = { type: 'thread_stopped', threadId: A, reason: 'stopped' };
    expect([...report(stopped).dropped]).toEqual([[A, 'stopped']]);
    expect([...report(stopped, { type: 'thread_requested', threadId: A }).dropped]).toEqual([]);
  });

  it('say since when it is offline', () => {
    const lost = { type: 'connection_interrupted', at: '2026-11-28T10:00:00.000Z' };
    expect(report({ type: 'registered' }, lost, { ...lost, at: 'later' }).offlineSince).toBe(lost.at);
    expect(report({ type: 'registered' }, lost, { type: 'reconnected' }).offlineSince).toBe(null);
  });
});

describe('a log-in', () => {
  it.each([
    ['{"apiKey@https://ampcode.com/":"sgamp_x"}', true],
    ['{"apiKey@https://ampcode.com/":""}', false],
    ['{"apiKey@https://ampcode', true],
  ])('%s: %s', (text, expected) => {
    put(loginFile(ampFolders(home)), text);
    expect(isLoggedIn(ampFolders(home))).toBe(expected);
  });

  it('is not there without the file', () => {
    expect(isLoggedIn(ampFolders(home))).toBe(false);
  });
});
