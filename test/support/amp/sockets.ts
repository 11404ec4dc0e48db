import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { type ThreadActor, threadActor } from './actor.ts';
import type { StubThread } from './threads.ts';
import { type Runners, userActor } from './user-actor.ts';

/** The websocket half of the stub. */
export type SocketRoutes = {
  /**
   * Which thread an upgrade is for (null: the user's own channel), and whether it carries the right token.
   */
  readonly read: (request: IncomingMessage, url: URL) => { threadId: string | null; goodKey: boolean };
  readonly open: (request: IncomingMessage, socket: Duplex, head: Buffer, threadId: string | null) => void;
  readonly refuse: (socket: Duplex) => void;
  /** Has `closeAll` end a socket, whatever becomes of it. */
  readonly keep: (socket: Duplex) => void;
  readonly closeAll: () => void;
  readonly runners: Runners;
  /** Adds a user message to a thread from elsewhere. @returns whether there is such a thread. */
  readonly say: (threadId: string, text: string) => boolean;
};

// Subprotocols carry the route and the token; the answer chooses the plain one.
const PROTOCOL = 'rivet';
const THREAD_PATH = '/actors/gateway/threadActor/websocket/';
const USER_PATH = '/actors/gateway/userActor/connect';
const CONNECTION_PARAMS = 'rivet_conn_params.';

/**
 * @param threads for which a socket can be opened.
 * @param token that the HTTP routes handed out.
 * @param isDeaf whether user messages are currently lost on their way.
 * @param whenFree runs what ends a turn, now or once turns are no longer held up.
 */
export function socketRoutes(
  threads: ReadonlyMap<string, StubThread>,
  token: string,
  isDeaf: () => boolean,
  whenFree: (end: () => void) => void,
): SocketRoutes {
  const actors = new Map<string, ThreadActor>();
  const user = userActor();
  const server = new WebSocketServer({ noServer: true, handleProtocols: () => PROTOCOL });
  const open = new Set<Duplex>();
  const keep = (socket: Duplex) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  };
  const actorOf = (id: string): ThreadActor | null => {
    const thread = threads.get(id);
    if (thread === undefined) return null;
    const actor = actors.get(id) ?? threadActor(thread, isDeaf, whenFree);
    actors.set(id, actor);
    return actor;
  };
  const refuse = (socket: Duplex) => {
    socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
  };

  return {
    refuse,
    read: (request, url) => ({
      threadId: url.pathname === THREAD_PATH ? url.searchParams.get('rvt-key') : null,
      // The user's channel passes its token differently; nothing of it is used here.
      goodKey:
        url.pathname === USER_PATH || (request.headers['sec-websocket-protocol'] ?? '').includes(token),
    }),
    open: (request, socket, head, threadId) => {
      const actor = threadId === null ? null : actorOf(threadId);
      if (threadId !== null && actor === null) return refuse(socket);
      server.handleUpgrade(request, socket, head, (client) => {
        // The client may be killed at any moment: a broken connection is not an error of the stub.
        client.on('error', () => client.terminate());
        if (actor !== null) serveThread(actor, client);
        else if (isRunner(request)) user.join(client);
      });
    },
    keep,
    closeAll: () => {
      for (const socket of open) socket.destroy();
    },
    runners: user.runners,
    say: (threadId, text) => {
      const actor = actorOf(threadId);
      actor?.say(text);
      return actor !== null;
    },
  };
}

function serveThread(actor: ThreadActor, client: WebSocket): void {
  const socket = {
    send: (message: string) => {
      if (client.readyState === client.OPEN) client.send(message);
    },
  };
  client.on('message', (message: Buffer) => actor.receive(socket, message.toString('utf8')));
  client.on('close', () => actor.leave(socket));
  actor.join(socket);
}

/** Whether it is a runner that opens the user's channel. Other clients get no word there. */
function isRunner(request: IncomingMessage): boolean {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim());
  const params = offered.find((one) => one.startsWith(CONNECTION_PARAMS)) ?? '';
  return decodeURIComponent(params).includes('"type":"runner"');
}
