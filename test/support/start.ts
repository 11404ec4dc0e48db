import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { ampFolders } from '../../shim/amp/folders.ts';
import type { StartConfig } from '../../shim/environment/start.ts';
import { type SessionPaths, sessionPaths } from '../../shim/store/paths.ts';
import { readSession } from '../../shim/store/read.ts';
import type { Session } from '../../shim/store/session.ts';
import { temporaryFolder } from './folders.ts';
import { makeProgram } from './script.ts';
import { A } from './thread-record.ts';

/** The thread that the `amp` of these tests hands out. */
export const THREAD: string = A;

/** A home in which `prepare` can be run in this process, and what it printed. */
export type Start = {
  readonly home: string;
  readonly config: StartConfig;
  readonly paths: SessionPaths;
  /** What is recorded by now. */
  readonly session: () => Session;
  /** Everything written to standard error since the last call, with the home's path as `~`. */
  readonly said: () => string;
  /** Puts another `amp` on PATH: bash code by the end of the command line. */
  readonly amp: (cases: Record<string, string>) => void;
  /** Puts GOOD_AMP there, with these messages of the user's in every thread; null: it doesn't say. */
  readonly ampHas: (texts: readonly string[] | null, title?: string) => void;
};

/** An `amp` that hands out THREAD and knows it. */
export const GOOD_AMP = {
  'threads new': `echo ${THREAD}`,
  '--unarchive': 'echo ok',
  export: `echo '{"messages":[]}'`,
};

/** What Amp exports of a thread with these messages of the user's. */
export function exportOf(texts: readonly string[], title?: string): string {
  const messages = texts.map((text) => ({ role: 'user', content: [{ type: 'text', text }] }));
  return JSON.stringify({ title, messages });
}

/** Creates a home for starts in this process. Everything is removed after the test. */
export function makeStart(): Start {
  const home = temporaryFolder();
  for (const folder of ['bin', 'project', '.amp-module']) mkdirSync(join(home, folder));
  // Not the PATH of this process: npm puts the real amp on it.
  vi.stubEnv('PATH', `${join(home, 'bin')}:/usr/local/bin:/usr/bin:/bin`);
  let text = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    text += chunk;
    return true;
  });
  onTestFinished(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });
  const amp = (cases: Record<string, string>) => {
    const arms = Object.entries(cases).map(([words, script]) => `*'${words}'*) ${script} ;;`);
    makeProgram(join(home, 'bin/amp'), `case "$*" in\n${arms.join('\n')}\n*) exit 1 ;;\nesac`);
  };
  amp(GOOD_AMP);
  const stateFolder = join(home, '.amp-module');
  const paths = sessionPaths(stateFolder, 'main');
  return {
    home,
    paths,
    session: () => readSession(paths).session,
    amp,
    ampHas: (texts, title) =>
      amp({ ...GOOD_AMP, export: texts === null ? 'exit 1' : `echo '${exportOf(texts, title)}'` }),
    said: () => {
      const now = text.replaceAll(home, '~');
      text = '';
      return now;
    },
    config: {
      home,
      folders: ampFolders(home),
      stateFolder,
      key: 'main',
      persistence: true,
      workdir: join(home, 'project'),
      agentApiFolder: stateFolder,
      port: 3284,
      workspace: '',
      onInterruptedTurn: '',
      adopt: null,
      ampOptions: [],
      firewall: [],
      runnerPid: process.pid,
      run: 1,
      agentApiPidFile: join(stateFolder, 'agentapi.pid'),
      agentApiStateFile: join(stateFolder, 'agentapi-state.json'),
      secrets: [],
      ampUrl: 'https://ampcode.com',
      settingsFile: join(home, '.config/amp/settings.json'),
    },
  };
}
