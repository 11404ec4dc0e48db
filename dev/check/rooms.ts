import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/**
 * One import from a file of one folder ("room") to a file of another; paths relative to the sources' folder.
 */
export type RoomImport = { readonly from: string; readonly to: string };

/** Static imports and re-exports of relative paths. Types count too, since a reader follows them as well. */
const IMPORT = /^(?:import|export)\b[^'"]*?from '(\.{1,2}\/[^']+)'|^import '(\.{1,2}\/[^']+)'/gm;

/**
 * Every import between two folders of a source tree.
 * @param sources the folder whose subfolders are the rooms; each file directly inside is a room of its own.
 */
export function roomImports(sources: string): RoomImport[] {
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const text = readFileSync(join(sources, file), 'utf8');
      return [...text.matchAll(IMPORT)]
        .map(([, from, bare]) => resolve(sources, dirname(file), from ?? bare ?? ''))
        .map((path) => ({ from: file, to: relative(sources, path) }))
        .filter(({ from, to }) => roomOf(from) !== roomOf(to));
    });
}

/**
 * The room that a file belongs to: its first folder, or the file itself if it is directly inside the sources.
 */
export function roomOf(file: string): string {
  return file.split('/')[0] ?? file;
}

/**
 * Finds a cycle of rooms, as the imports that make it up.
 * @returns null if imports only point one way.
 */
export function findRoomCycle(imports: readonly RoomImport[]): RoomImport[] | null {
  const done = new Set<string>();
  const walk = (room: string, path: readonly RoomImport[]): RoomImport[] | null => {
    const again = path.findIndex(({ from }) => roomOf(from) === room);
    if (again >= 0) return path.slice(again);
    if (done.has(room)) return null;
    for (const next of imports.filter(({ from }) => roomOf(from) === room)) {
      const cycle = walk(roomOf(next.to), [...path, next]);
      if (cycle !== null) return cycle;
    }
    done.add(room);
    return null;
  };
  for (const room of new Set(imports.map(({ from }) => roomOf(from)))) {
    const cycle = walk(room, []);
    if (cycle !== null) return cycle;
  }
  return null;
}

/**
 * The rooms that a page's table lists, in its order: each row begins with the room in backticks.
 * @param page Markdown; the section `## Rooms` is read.
 */
export function roomsInTable(page: string): string[] {
  const section = page.split(/^## /m).find((text) => text.startsWith('Rooms\n')) ?? '';
  return [...section.matchAll(/^\| `([^`]+?)\/?` \|/gm)].map(([, room = '']) => room);
}
