import { createServer, type IncomingMessage, type RequestListener, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { makeAuthority } from './certificates.ts';
import { answerTo, questionOf } from './dns.ts';
import { openNamespace } from './namespace.ts';
import { programAt } from './program.ts';

/** A request that a program of the network made. */
export type Seen = {
  readonly host: string;
  readonly path: string;
  /** What made it: `curl`, `npm`, `node`, `amp`. */
  readonly program: string;
};

/** The internet of a test, on this machine: every host, for every program that runs in it. */
export type Network = {
  readonly requests: readonly Seen[];
  /** The names that were asked for, each once. */
  readonly names: ReadonlySet<string>;
  /** Sets the answers from now on; null takes it offline. */
  readonly answer: (listener: RequestListener | null) => void;
  /** Has a host answered by a server of the test: requests, and websockets too. */
  readonly lead: (host: string, url: string, except?: (path: string) => boolean) => void;
  /** Variables with which a workspace trusts it, as it would a company's proxy. */
  readonly env: Readonly<Record<string, string>>;
  readonly enter: (folder: string, user?: number) => readonly string[];
  readonly close: () => Promise<void>;
};

/**
 * Opens a network. The caller closes it.
 * @param folder for keys and certificates; the workspace's user must be able to read it.
 * @throws where a process can't have a network of its own (`openNamespace`).
 */
export async function openNetwork(folder: string): Promise<Network> {
  const authority = makeAuthority(folder);
  const namespace = await openNamespace(folder);
  const requests: Seen[] = [];
  const names = new Set<string>();
  const led = new Map<string, { url: URL; except: (path: string) => boolean }>();
  const programs = new WeakMap<Duplex, string>();
  const open = new Set<Duplex>();
  const keep = (socket: Duplex) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket)).on('error', () => socket.destroy());
  };
  let answer: RequestListener | null = null;

  namespace.dns.on('message', (message, { address, port }) => {
    const question = questionOf(message);
    names.add(question.name);
    namespace.dns.send(answerTo(message, question, answer !== null), port, address);
  });
  const note = (incoming: IncomingMessage): Seen => {
    const host = (incoming.headers.host ?? '').replace(/:\d+$/, '');
    const seen = { host, path: incoming.url ?? '', program: programs.get(incoming.socket) ?? '' };
    requests.push(seen);
    return seen;
  };
  const leaderOf = ({ host, path }: Seen) => {
    const leader = led.get(host);
    return leader?.except(path) ? undefined : leader?.url;
  };
  const server = createServer((incoming, response) => {
    const url = leaderOf(note(incoming));
    if (answer === null) incoming.socket.destroy();
    else if (url !== undefined)
      passOn(incoming, url).on('response', (from) => {
        response.writeHead(from.statusCode ?? 502, from.headers);
        from.pipe(response);
      });
    else answer(incoming, response);
  });
  server.on('upgrade', (incoming, socket, head) => {
    const url = leaderOf(note(incoming));
    if (answer === null || url === undefined) socket.destroy();
    else keep(tunnel(incoming, socket, head, url));
  });
  const accept = (socket: Socket, secure: boolean) => {
    keep(socket);
    const program = programAt(namespace.pid, socket.remotePort ?? 0, socket.localPort ?? 0);
    const over = secure
      ? new TLSSocket(socket, {
          isServer: true,
          ALPNProtocols: ['http/1.1'],
          SNICallback: authority.sni,
        })
      : socket;
    keep(over);
    programs.set(over, program);
    server.emit('connection', over);
  };
  namespace.https.on('connection', (socket) => accept(socket, true));
  namespace.http.on('connection', (socket) => accept(socket, false));

  return {
    requests,
    names,
    answer: (listener) => {
      answer = listener;
      if (listener === null) for (const socket of open) socket.destroy();
    },
    lead: (host, url, except = () => false) => led.set(host, { url: new URL(url), except }),
    env: { NODE_EXTRA_CA_CERTS: authority.file, SSL_CERT_FILE: authority.file },
    enter: namespace.enter,
    close: async () => {
      for (const socket of open) socket.destroy();
      await namespace.close();
    },
  };
}

function passOn(incoming: IncomingMessage, url: URL) {
  const { method, url: path, headers } = incoming;
  const outgoing = request({ host: url.hostname, port: url.port, method, path, headers });
  outgoing.on('error', () => incoming.socket.destroy());
  return incoming.pipe(outgoing);
}

function tunnel(incoming: IncomingMessage, socket: Duplex, head: Buffer, url: URL): Socket {
  const outgoing = connect(Number(url.port), url.hostname);
  const { method, url: path, rawHeaders } = incoming;
  const headers = rawHeaders.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('');
  outgoing.write(`${method} ${path} HTTP/1.1\r\n${headers}\r\n`);
  outgoing.write(head);
  socket.pipe(outgoing).pipe(socket);
  outgoing.on('close', () => socket.destroy());
  socket.on('error', () => outgoing.destroy()).on('close', () => outgoing.destroy());
  return outgoing;
}
