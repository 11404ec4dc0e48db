import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEvent, type SessionEvent } from '../../../shim/store/events.ts';
import { unseal } from '../../../shim/store/seal.ts';
import type { ChaosWorkspace } from './chaos-workspace.ts';

type Recorded = Pick<ChaosWorkspace, 'paths'>;

const textOf = (path: string, missing = '') => (existsSync(path) ? readFileSync(path, 'utf8') : missing);

/** The text of a workspace's history, empty if there is none. */
export function historyOf({ paths }: Recorded): string {
  return textOf(paths.history);
}

/** The events in that history that can be read. */
export function eventsOf(workspace: Recorded): SessionEvent[] {
  const lines = historyOf(workspace)
    .split('\n')
    .filter((line) => line !== '');
  return lines.flatMap((line) => {
    const read = readEvent(unseal(line));
    return read.kind === 'event' ? [read.event] : [];
  });
}

/** Every text that names a thread: the history, and what `amp threads new` printed into files. */
export function namedIn(workspace: Recorded): string {
  return (
    historyOf(workspace) +
    outputsOf(workspace)
      .map((path) => textOf(path))
      .join()
  );
}

/** Everything that must not change while persistence is off, as one text. */
export function recordedIn(workspace: Recorded & Pick<ChaosWorkspace, 'stateFile'>): string {
  const { history, snapshot } = workspace.paths;
  return [history, snapshot, ...outputsOf(workspace), workspace.stateFile]
    .map((path) => textOf(path, 'none'))
    .join('\n');
}

function outputsOf({ paths: { folder } }: Recorded): string[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.filter((name) => name.startsWith('new-thread.')).map((name) => join(folder, name));
}
