import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ampFolders } from '../../../shim/amp/folders.ts';
import { terminalRecord } from '../../../shim/amp/terminal-record.ts';
import { lastThreadFile } from '../../support/amp/records.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { A, B } from '../../support/thread-record.ts';

let home: string;
let workdir: string;
const path = (checkout: string, terminal?: string) => lastThreadFile(home, checkout, terminal);
const look = () => terminalRecord(ampFolders(home), workdir, 'own')?.thread ?? null;

beforeEach(() => {
  home = temporaryFolder();
  workdir = join(home, 'project');
  mkdirSync(workdir);
  mkdirSync(join(home, '.local/share/amp/last-threads'), { recursive: true });
});

describe("Amp's record of one terminal", () => {
  it('names the thread and the time', () => {
    writeFileSync(path(workdir, 'term:own'), `"${A}"`);
    utimesSync(path(workdir, 'term:own'), 1_000, 2_000);
    expect(terminalRecord(ampFolders(home), workdir, 'own')).toEqual({ thread: A, at: 2_000_000 });
  });

  it('ignores other terminals', () => {
    writeFileSync(path(workdir, 'term:other'), `"${A}"`);
    writeFileSync(path(workdir, 'tty:/dev/pts/0'), `"${A}"`);
    writeFileSync(path(workdir), `"${A}"`);
    expect(look()).toBe(null);
  });

  it('is found after the work folder has become part of a checkout: the newest counts', () => {
    writeFileSync(path(workdir, 'term:own'), `"${A}"`);
    utimesSync(path(workdir, 'term:own'), 1_000, 1_000);
    writeFileSync(path(home, 'term:own'), `"${B}"`);
    expect(look()).toBe(B);
    // The agent running `amp` itself in another folder is not the agent.
    writeFileSync(path(join(home, 'elsewhere'), 'term:own'), `"${A}"`);
    expect(look()).toBe(B);
  });

  it.each([
    ['empty', ''],
    ['cut short', `"${A.slice(0, 20)}`],
    ['no thread', '"hello"'],
    ['another shape', `{"thread":"${A}"}`],
    ['huge', `"${A}${'?'.repeat(2_000)}"`],
  ])('is none when the file is %s', (_name, text) => {
    writeFileSync(path(workdir, 'term:own'), text);
    expect(look()).toBe(null);
  });

  it('is none when it is a link or a folder', () => {
    writeFileSync(join(home, 'real'), `"${A}"`);
    symlinkSync(join(home, 'real'), path(workdir, 'term:own'));
    mkdirSync(path(home, 'term:own'));
    expect(look()).toBe(null);
  });
});
