import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ampFolders } from '../../../shim/amp/folders.ts';
import { openedSince } from '../../../shim/amp/opened.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { threadIdFrom } from '../../support/thread-record.ts';

const numbered = (index: number) => threadIdFrom(`0000000${index}`);
/** Milliseconds since 1970. */
const LAUNCH = 1_000_000_000_000;
const [BEFORE, AFTER, LATER] = [LAUNCH - 60_000, LAUNCH + 60_000, LAUNCH + 120_000];

let home: string;
beforeEach(() => {
  home = temporaryFolder();
});

function write(name: string, text: string, at: number): void {
  const path = join(home, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  utimesSync(path, at / 1_000, at / 1_000);
}
const log = (thread: string, at: number) => write(`.cache/amp/logs/threads/${thread}.log`, '', at);
const look = () => openedSince(ampFolders(home), (_name, at) => at >= LAUNCH);

describe('the threads that a home has opened since a launch', () => {
  it('are those whose logs were written since, the latest first', () => {
    log(numbered(1), BEFORE);
    log(numbered(2), AFTER);
    log(numbered(3), LATER);
    log('main', LATER);
    expect(look()).toEqual([numbered(3), numbered(2)]);
  });

  it('include the last one of the home, which older versions of Amp name, once', () => {
    const last = JSON.stringify({ lastThreadId: numbered(1) });
    write('.local/share/amp/session.json', last, AFTER);
    expect(look()).toEqual([numbered(1)]);
    log(numbered(1), LATER);
    expect(look()).toEqual([numbered(1)]);
    write('.local/share/amp/session.json', last, BEFORE);
    log(numbered(1), BEFORE);
    expect(look()).toEqual([]);
  });

  it('are none where Amp has opened nothing', () => {
    expect(look()).toEqual([]);
  });
});
