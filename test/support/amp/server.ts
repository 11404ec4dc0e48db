import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { listen } from '../ports.ts';
import { type Behaviour, carryOut, LOGIN_PATH, ok } from './behaviours.ts';
import { METADATA_PATH, olderApi } from './older-api.ts';
import { remoteAnswer } from './remote.ts';
import { answerTo, readCall, refusal } from './routes.ts';
import { type SocketRoutes, socketRoutes } from './sockets.ts';
import { appendMessage, newMessageId, newStubThread, type StubThread } from './threads.ts';
import type { Runners } from './user-actor.ts';

export type { Behaviour } from './behaviours.ts';
export * as behaviours from './behaviours.ts';
export { type StubMessage, type StubThread, textOf } from './threads.ts';

/** One request that reached the stub. It never includes the key, only whether that was the right one. */
export type RecordedRequest = {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly method: string;
  readonly path: string;
  /** `createThread`, `openThread`, `findThreads`, `userCredentials`, `socket`, or the internal method. */
  readonly operation: string;
  readonly internalMethod: string | null;
  readonly threadId: string | null;
  readonly goodKey: boolean;
};

/** A thread that exists from the start. */
export type ThreadSeed = {
  readonly archived?: boolean;
  readonly messages?: readonly { readonly role: 'user' | 'assistant'; readonly text: string }[];
};

/** A loopback stand-in for Amp's servers, sufficient for every version of the real `amp` from 2026-01 on. */
export type AmpServer = {
  readonly url: string;
  /** The only key that it accepts. */
  readonly apiKey: string;
  readonly threads: ReadonlyMap<string, StubThread>;
  readonly requests: readonly RecordedRequest[];
  readonly addThread: (seed?: ThreadSeed) => string;
  readonly removeThread: (id: string) => void;
  /**
   * How to answer from now on: everything, one operation (as named in `RecordedRequest.operation`), or all that is
   * asked of one thread, by its ID. A `message`
   * that hangs is a user message that gets lost in an open websocket.
   */
  readonly behave: (behaviour: Behaviour, limit?: { readonly only: string }) => void;
  /** Has every turn last until the returned function is called. */
  readonly holdTurns: () => () => void;
  /** Has somebody write in a thread on Amp's site. */
  readonly say: (thread: string, text: string) => void;
  readonly runners: Runners;
  /** An address where nothing listens. */
  readonly unreachableUrl: () => Promise<string>;
  readonly close: () => Promise<void>;
};

// Recognisable, so that a test can look for it in every file and log (invariant I6).
const API_KEY = 'sgamp_test_canary_2f6d1c0b9e8a47d3';
const WS_TOKEN = 'ws_test_canary_71c5e0';

/** Starts the stub on a free port of 127.0.0.1. */
export async function startAmpServer(): Promise<AmpServer> {
  let address = '';
  const threads = new Map<string, StubThread>();
  const requests: RecordedRequest[] = [];
  let everything: Behaviour = ok;
  const some = new Map<string, Behaviour>();
  const behaviourOf = (operation: string, thread: string | null) =>
    some.get(thread ?? '') ?? some.get(operation) ?? everything;
  const record = (request: Omit<RecordedRequest, 'time'>) => requests.push({ time: Date.now(), ...request });

  const older = olderApi(threads, () => address);
  const isDeaf = () => some.get('message')?.kind === 'hang';
  let held: (() => void)[] | null = null;
  const whenFree = (end: () => void) => void (held === null ? end() : held.push(end));
  const sockets: SocketRoutes = socketRoutes(threads, WS_TOKEN, isDeaf, whenFree);
  const server = createServer((request, response) => {
    void serve(request, response);
  });
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://stub');
    const body = await text(request);
    const call = readCall(url, body);
    const goodKey = request.headers.authorization === `Bearer ${API_KEY}`;
    const { operation, internalMethod, threadId } = call;
    record({
      method: request.method ?? '',
      path: url.pathname,
      operation,
      internalMethod,
      threadId,
      goodKey,
    });
    // The address of the websockets is public.
    const allowed = goodKey || url.pathname === LOGIN_PATH || url.pathname === METADATA_PATH;
    const refuse = () => send(response, refusal(call));
    const answer = () =>
      allowed
        ? send(
            response,
            older.answer(call, url, body) ??
              remoteAnswer(call, threads, sockets, address) ??
              answerTo(call, threads, WS_TOKEN),
          )
        : refuse();
    // The page that a redirect leads to must not redirect again.
    carryOut(url.pathname === LOGIN_PATH ? ok : behaviourOf(operation, threadId), response, answer, refuse);
  };
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const url = new URL(request.url ?? '/', 'http://stub');
    const { threadId, goodKey } = sockets.read(request, url);
    record({
      method: 'GET',
      path: url.pathname,
      operation: 'socket',
      internalMethod: null,
      threadId,
      goodKey,
    });
    // Whatever the configured answer, a websocket either opens, now or late, or is refused.
    const behaviour = behaviourOf('socket', threadId);
    sockets.keep(socket);
    const open = () => {
      // It may have ended before its time came.
      if (socket.destroyed) return;
      if (goodKey) sockets.open(request, socket, head, threadId);
      else sockets.refuse(socket);
    };
    if (behaviour.kind === 'ok') open();
    else if (behaviour.kind === 'slow') setTimeout(open, behaviour.milliseconds).unref();
    else if (behaviour.kind === 'held') void behaviour.until.then(open);
    else if (behaviour.kind !== 'hang') sockets.refuse(socket);
  });
  address = `http://127.0.0.1:${await listen(server)}`;

  return {
    url: address,
    apiKey: API_KEY,
    threads,
    requests,
    addThread: (seed = {}) => {
      const thread = newStubThread();
      thread.archived = seed.archived ?? false;
      for (const { role, text } of seed.messages ?? [])
        appendMessage(thread, {
          messageId: newMessageId(),
          role,
          content: [{ type: 'text', text }],
          // `threads markdown` fails without one.
          ...(role === 'assistant' ? { state: { type: 'complete', stopReason: 'end_turn' } } : {}),
        });
      threads.set(thread.id, thread);
      return thread.id;
    },
    removeThread: (id) => {
      threads.delete(id);
    },
    behave: (behaviour, limit) => {
      if (limit === undefined) {
        everything = behaviour;
        some.clear();
      } else some.set(limit.only, behaviour);
    },
    holdTurns: () => {
      const mine: (() => void)[] = [];
      held = mine;
      return () => {
        held = null;
        for (const end of mine.splice(0)) end();
      };
    },
    say: (thread, text) => {
      if (!sockets.say(thread, text)) throw new Error(`there is no thread ${thread}`);
    },
    runners: sockets.runners,
    unreachableUrl,
    close: async () => {
      sockets.closeAll();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A loopback address that was free a moment ago, so that connections to it are refused immediately. */
async function unreachableUrl(): Promise<string> {
  const server = createServer();
  const url = `http://127.0.0.1:${await listen(server)}`;
  await once(server.close(), 'close');
  return url;
}

function send(response: ServerResponse, { status, body }: { status: number; body: object | string }): void {
  const page = typeof body === 'string';
  response.writeHead(status, { 'content-type': page ? 'text/html' : 'application/json' });
  response.end(page ? body : JSON.stringify(body));
}
