import { readPidFile } from '../agentapi/pid-file.ts';
import { parseThreadId, type ThreadId } from '../amp/thread-id.ts';
import type { SessionPaths } from '../store/paths.ts';
import { readRunner } from '../store/runner.ts';
import type { Session } from '../store/session.ts';
import { commandLineOf, isRunning } from '../system/processes.ts';

/** What the agent of a key is doing. */
export type LiveAgent =
  | { readonly kind: 'stopped' }
  /** A start script is running, but AgentAPI is not: it is starting or restarting. */
  | { readonly kind: 'waiting'; readonly thread: ThreadId | null; readonly recorded: boolean }
  | {
      readonly kind: 'running';
      readonly pid: number;
      /** Where AgentAPI answers; null for an Amp in a terminal, without AgentAPI. */
      readonly url: string | null;
      /** The thread it is in; null where nobody knows. */
      readonly thread: ThreadId | null;
      readonly recorded: boolean;
    };

/**
 * Reports what is running right now. Sends no requests and works offline.
 * @param session with the agent's last move (`Key.read`).
 */
export function liveAgent(paths: SessionPaths, session: Session): LiveAgent {
  const runner = readRunner(paths.runner);
  if (runner === null) return { kind: 'stopped' };
  const recorded = runner.persistence;
  const pidFile = runner.agent?.pidFile ?? null;
  const server = pidFile === null ? null : readPidFile(pidFile);
  if (server?.kind === 'running') {
    const url = `http://localhost:${runner.agent?.port}`;
    return {
      kind: 'running',
      pid: server.pid,
      url,
      thread: recorded ? threadOfServer(server.pid, session.launched) : null,
      recorded,
    };
  }
  if (!isRunning(runner)) return { kind: 'stopped' };
  if (runner.agent?.port === null) {
    const thread = recorded ? (session.launched?.now ?? null) : null;
    return { kind: 'running', pid: runner.pid, url: null, thread, recorded };
  }
  return { kind: 'waiting', thread: recorded ? (session.active?.thread ?? null) : null, recorded };
}

/**
 * The thread that the agent was last seen in. For a start that could not be recorded, only the server's
 * command line shows it.
 */
function threadOfServer(pid: number, launched: Session['launched']): ThreadId | null {
  const words = commandLineOf(pid);
  if (words === null || !words.includes('--')) return launched?.now ?? null;
  const at = words.lastIndexOf('continue');
  const started = at > 0 && words[at - 1] === 'threads' ? parseThreadId(words[at + 1] ?? '') : null;
  return launched !== null && launched.thread === started ? launched.now : started;
}
