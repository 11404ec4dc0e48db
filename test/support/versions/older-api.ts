import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import * as z from 'zod';
import type { AmpServer } from '../amp/server.ts';
import { type StubThread, threadView } from '../amp/threads.ts';

/** The address that an older Amp is given in place of the stub's. */
export type OlderApi = { readonly url: string; readonly close: () => Promise<void> };

const Call = z.looseObject({ method: z.string(), params: z.looseObject({ thread: z.string() }) });

/**
 * Puts in front of the stub of Amp's servers what older Amps ask of them besides: up to 2026-07 `getThread` for a whole thread, and up
 * to 0.0.1788854443 where its websockets are. All else is the stub's, so that the stub counts what a thread
 * gets from any version. Seen with the real versions on loopback.
 */
export async function startOlderApi(stub: AmpServer): Promise<OlderApi> {
  const server = createServer((request, response) => void answer(stub, request, response));
  const sockets = new Set<Duplex>();
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    for (const end of joined(stub, request, socket)) {
      sockets.add(end);
      end.once('close', () => sockets.delete(end));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Loopback gave no TCP port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      const closed = once(server, 'close');
      for (const socket of sockets) socket.destroy();
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(stub: AmpServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const body = Buffer.concat(chunks);
  const url = new URL(request.url ?? '/', stub.url);
  if (url.pathname === '/actors/metadata') return reply(response, metadata(stub));
  const thread = url.search === '?getThread' ? threadOf(stub, body) : undefined;
  if (thread !== undefined)
    return reply(response, { ok: true, result: { thread: { data: threadView(thread) } } });
  const passed = send(url, { method: request.method, headers: request.headers }, (answered) => {
    response.writeHead(answered.statusCode ?? 502, answered.headers);
    answered.pipe(response);
  });
  passed.on('error', () => response.destroy());
  // What an Amp no longer waits for is not waited for here.
  response.once('close', () => passed.destroy());
  passed.end(body);
}

/** Joins a websocket to the stub, byte for byte. @returns both ends. */
function joined(stub: AmpServer, request: IncomingMessage, socket: Duplex): readonly Duplex[] {
  const { hostname, port } = new URL(stub.url);
  const onward = connect(Number(port), hostname);
  const headers = request.rawHeaders.map((text, at) => `${text}${at % 2 === 0 ? ': ' : '\r\n'}`);
  onward.write(`GET ${request.url} HTTP/1.1\r\n${headers.join('')}\r\n`);
  onward.on('error', () => socket.destroy());
  socket.on('error', () => onward.destroy());
  onward.pipe(socket).pipe(onward);
  return [socket, onward];
}

/** The websockets are at `<clientEndpoint>/gateway/…`, the way the stub has them for newer versions. */
function metadata(stub: AmpServer): object {
  return {
    runtime: 'rivetkit',
    version: '2.0.0',
    runner: { kind: { normal: {} } },
    actorNames: {},
    clientEndpoint: `${stub.url}/actors`,
  };
}

function threadOf(stub: AmpServer, body: Buffer): StubThread | undefined {
  const call = Call.safeParse(JSON.parse(body.toString('utf8')));
  return call.success ? stub.threads.get(call.data.params.thread) : undefined;
}

function reply(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
