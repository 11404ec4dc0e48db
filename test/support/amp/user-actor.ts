import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import * as z from 'zod';
import { eventFrame, initFrame, readAction, responseFrame } from './rivet.ts';

/** A runner that is registered, as it last described itself. */
export type StubRunner = {
  readonly id: string;
  readonly sessionId: string;
  readonly workingDirectory: string;
  readonly directories: readonly string[];
  readonly servedThreadIds: readonly string[];
  readonly runningThreads: readonly string[];
};

/** What the stub's server knows of its user's runners. */
export type Runners = {
  /** By their IDs; without those that have ended. */
  readonly registered: ReadonlyMap<string, StubRunner>;
  /** Every registration and its end, in their order: `+` or `-` and the runner's ID. */
  readonly history: readonly string[];
  /**
   * Asks a runner to run a thread, as somebody does on Amp's site, now or once it registers.
   * @param workingDirectory one of its folders; by default the one that it was started in.
   */
  readonly ask: (runner: string, thread: string, workingDirectory?: string) => void;
  /** Asks a runner to stop a thread. */
  readonly stop: (runner: string, thread: string) => void;
  /** Has a runner elsewhere hold a name until the returned function is called. */
  readonly take: (runner: string) => () => void;
};

/** The runners, and what serves a runner's connection. */
export type UserActor = { readonly runners: Runners; readonly join: (socket: WebSocket) => void };

const Registration = z.looseObject({
  id: z.string(),
  sessionId: z.string(),
  workingDirectory: z.string(),
  directories: z.array(z.looseObject({ path: z.string() })).default([]),
  servedThreadIds: z.array(z.string()).default([]),
  runningThreads: z.array(z.string()).default([]),
});
const Heartbeat = Registration.omit({ id: true, workingDirectory: true });

type Intent = {
  readonly threadId: string;
  readonly desired: 'running' | 'stopped';
  readonly workingDirectory?: string;
};

/** The user's actor of Amp's servers: it registers runners and tells them which threads to run. */
export function userActor(): UserActor {
  const registered = new Map<string, StubRunner>();
  const history: string[] = [];
  const sockets = new Map<string, WebSocket>();
  const intents = new Map<string, Map<string, Intent>>();
  const taken = new Set<string>();

  const intend = (runner: string, intent: Intent) => {
    const known = intents.get(runner) ?? new Map<string, Intent>();
    intents.set(runner, known.set(intent.threadId, intent));
    sockets.get(runner)?.send(eventFrame('runnerIntentsUpdated', { runnerId: runner }));
  };
  /** What was asked of it and isn't done yet: nothing is asked twice, which would hide that a runner forgot. */
  const accepted = (runner: string) => {
    const served = registered.get(runner)?.servedThreadIds ?? [];
    const asked = intents.get(runner) ?? new Map<string, Intent>();
    for (const { threadId, desired } of [...asked.values()])
      if (served.includes(threadId) === (desired === 'running')) asked.delete(threadId);
    return { ok: true, intents: [...asked.values()], directoryRequests: [] };
  };

  const register = (socket: WebSocket, args: unknown) => {
    const { directories, ...runner } = Registration.parse(args);
    const other = registered.get(runner.id);
    if (taken.has(runner.id) || (other !== undefined && other.sessionId !== runner.sessionId))
      return { ok: false, reason: 'name_conflict' };
    registered.set(runner.id, { ...runner, directories: directories.map(({ path }) => path) });
    sockets.set(runner.id, socket);
    history.push(`+${runner.id}`);
    return accepted(runner.id);
  };
  const hear = (args: unknown) => {
    const { sessionId, directories, ...news } = Heartbeat.parse(args);
    const runner = [...registered.values()].find((one) => one.sessionId === sessionId);
    if (runner === undefined) return { ok: false, reason: 'unknown_session' };
    registered.set(runner.id, { ...runner, ...news, directories: directories.map(({ path }) => path) });
    return accepted(runner.id);
  };
  const leave = (isLeaving: (id: string) => boolean) => {
    for (const id of [...registered.keys()].filter(isLeaving)) {
      registered.delete(id);
      sockets.delete(id);
      history.push(`-${id}`);
    }
    return { ok: true };
  };

  return {
    runners: {
      registered,
      history,
      ask: (runner, threadId, workingDirectory) =>
        intend(runner, {
          threadId,
          desired: 'running',
          ...(workingDirectory === undefined ? {} : { workingDirectory }),
        }),
      stop: (runner, threadId) => intend(runner, { threadId, desired: 'stopped' }),
      take: (runner) => {
        taken.add(runner);
        return () => void taken.delete(runner);
      },
    },
    join: (socket) => {
      socket.send(initFrame('user_stub', randomUUID()));
      socket.on('close', () => leave((id) => sockets.get(id) === socket));
      socket.on('message', (frame: Buffer) => {
        const action = readAction(frame);
        if (action === null) return;
        const [args] = action.args;
        const answers: Readonly<Record<string, () => object>> = {
          registerRunner: () => register(socket, args),
          runnerHeartbeat: () => hear(args),
          unregisterRunner: () => leave((id) => sockets.get(id) === socket),
        };
        socket.send(responseFrame(action, answers[action.name]?.() ?? {}));
      });
    },
  };
}
