import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { terminalIdentity } from '../../shim/agent/terminal-identity.ts';
import { sessionPaths } from '../../shim/store/paths.ts';
import { readSession } from '../../shim/store/read.ts';
import { lastThreadFile } from './amp/records.ts';
import { exportOf, GOOD_AMP, makeStart } from './start.ts';

/**
 * A home for starts in this process, and what an agent that moves to another thread leaves in it.
 * @param volumeAhead how far the volume's clock is ahead of this machine's, in milliseconds.
 */
export function makeMoves(volumeAhead = 0) {
  const start = makeStart();
  const { config, home } = start;
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    // The kernel's own timestamps lag the clock by some milliseconds.
    const now = new Date(Date.now() + volumeAhead);
    utimesSync(path, now, now);
  };
  return {
    ...start,
    write,
    /** The record of a key. */
    read: (key = 'main') => readSession(sessionPaths(config.stateFolder, key)).session,
    /** Amp's record that the agent's terminal is in a thread. */
    agentIsIn: (thread: string, key = 'main'): void => {
      const terminal = `term:${terminalIdentity(config.stateFolder, key)}`;
      write(lastThreadFile(home, config.workdir, terminal), JSON.stringify(thread));
    },
    /** Amp's log of a thread that some terminal of this home has had open. */
    opened: (thread: string): void => write(join(home, `.cache/amp/logs/threads/${thread}.log`), ''),
    /** Amp's servers, with the user's messages in each thread. */
    ampHas: (said: Record<string, readonly string[]>): void => {
      const exports = Object.entries(said).map(
        ([thread, texts]) => [`threads export ${thread}`, `cat <<'END'\n${exportOf(texts)}\nEND\n`] as const,
      );
      start.amp({ ...Object.fromEntries(exports), ...GOOD_AMP });
    },
    /** AgentAPI's chat, saved now. */
    chatShows: (...said: readonly string[]): void => {
      const time = new Date().toISOString();
      const messages = said.map((message, id) => ({ id, role: 'user', message, time }));
      const state = { version: 1, messages, initial_prompt: 'fix it', initial_prompt_sent: true };
      write(config.agentApiStateFile ?? '', JSON.stringify(state));
    },
  };
}

/** The plan of a start that goes on in a thread. */
export const planned = (thread: string, prompt: unknown = 'none') => ({
  prompt,
  agentArgs: ['threads', 'continue', thread],
});
