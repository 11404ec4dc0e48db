import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { findRoomCycle, roomImports, roomsInTable } from '../../dev/check/rooms.ts';
import { temporaryFolder } from '../support/folders.ts';

/** A source tree of these files. */
function sources(files: Record<string, string>): string {
  const folder = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

it('finds no cycle where imports point one way', () => {
  const folder = sources({
    'main.ts': "import { run } from './commands/run.ts';",
    'commands/run.ts': "import { read } from '../store/read.ts';\nimport './list.ts';",
    'commands/list.ts': "export * from '../store/read.ts';",
    'store/read.ts': "import { join } from 'node:path';",
  });
  expect(findRoomCycle(roomImports(folder))).toBeNull();
});

it('names the imports of a cycle of folders, though no files form one', () => {
  const folder = sources({
    'thread/find.ts': "import { record } from '../store/record.ts';",
    'store/record.ts': '',
    'store/open.ts': "import type {\n  Thread,\n} from '../prompt/decide.ts';",
    'prompt/decide.ts': "export { name } from '../thread/name.ts';",
    'thread/name.ts': '',
  });
  const cycle = findRoomCycle(roomImports(folder));
  expect(cycle).toHaveLength(3);
  expect(cycle).toEqual(
    expect.arrayContaining([
      { from: 'thread/find.ts', to: 'store/record.ts' },
      { from: 'store/open.ts', to: 'prompt/decide.ts' },
      { from: 'prompt/decide.ts', to: 'thread/name.ts' },
    ]),
  );
});

it('reads the rooms of a page from one table', () => {
  const page =
    '# Page\n\n## Rooms\n\n| folder | what |\n| --- | --- |\n| `main.ts` | a |\n| `store/` | b |\n\n## Other\n| `x/` | c |\n';
  expect(roomsInTable(page)).toEqual(['main.ts', 'store']);
});
