import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ThreadActor, threadActor } from './actor.ts';
import type { StubThread } from './threads.ts';
import { acceptWebSocket, type TextSocket } from './websocket.ts';

/** The websocket half of the stub. */
export type SocketRoutes = {
  /**
   * Which thread an upgrade is for (null: the user's own channel), and whether it carries the right token.
   */
  readonly read: (request: IncomingMessage, url: URL) => { threadId: string | null; goodKey: boolean };
  readonly open: (request: IncomingMessage, socket: Duplex, threadId: string | null) => void;
  readonly refuse: (socket: Duplex) => void;
  /** Has `closeAll` end a socket, whatever becomes of it. */
  readonly keep: (socket: Duplex) => void;
  readonly closeAll: () => void;
};

// Subprotocols carry the route and the token; the answer chooses the plain one.
const PROTOCOL = 'rivet';
const THREAD_PATH = '/actors/gateway/threadActor/websocket/';
const USER_PATH = '/actors/gateway/userActor/connect';

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
    open: (request, socket, threadId) => {
      if (threadId === null) {
        acceptWebSocket(request, socket, PROTOCOL, () => {});
        return;
      }
      const actor = actorOf(threadId);
      if (actor === null) return refuse(socket);
      const client: TextSocket = acceptWebSocket(request, socket, PROTOCOL, (message) =>
        actor.receive(client, message),
      );
      socket.once('close', () => actor.leave(client));
      actor.join(client);
    },
    keep,
    closeAll: () => {
      for (const socket of open) socket.destroy();
    },
  };
}
