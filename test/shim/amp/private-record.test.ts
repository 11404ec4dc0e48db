import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ampFolders } from '../../../shim/amp/folders.ts';
import { lastThreadOf } from '../../../shim/amp/private-record.ts';
import { lastThreadFile } from '../../support/amp/records.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { A, B } from '../../support/thread-record.ts';

function home(session: string | null, inFolder: string | null, inOther: string | null) {
  const root = temporaryFolder();
  const workdir = join(root, 'project');
  const data = join(root, '.local/share/amp');
  mkdirSync(workdir);
  mkdirSync(data, { recursive: true });
  const write = (folder: string, thread: string | null) => {
    if (thread === null) return;
    mkdirSync(join(data, 'last-threads'), { recursive: true });
    writeFileSync(lastThreadFile(root, folder), JSON.stringify(thread));
  };
  write(workdir, inFolder);
  write('/elsewhere', inOther);
  if (session !== null) writeFileSync(join(data, 'session.json'), JSON.stringify({ lastThreadId: session }));
  return lastThreadOf(ampFolders(root), workdir);
}

describe("Amp's own record of the last thread", () => {
  it.each([
    ['nothing', null, null, null, null],
    ["an older Amp's", A, null, null, A],
    ["a newer Amp's, in this folder", A, A, null, A],
    ["a newer Amp's, in another folder since", B, A, B, A],
    ["a newer Amp's, in another folder only", B, null, B, null],
    ["an older Amp's, after a newer one was here", B, A, null, B],
    ['no thread at all', 'nonsense', A, null, A],
  ])('%s', (_, session, inFolder, inOther, thread) => {
    expect(home(session, inFolder, inOther)).toBe(thread);
  });
});
