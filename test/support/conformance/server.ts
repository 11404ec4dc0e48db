import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Behaviour, carryOut, LOGIN_PATH, ok } from '../amp/behaviours.ts';
import { type AmpCall, answerTo, readCall, refusal } from '../amp/routes.ts';
import { socketRoutes } from '../amp/sockets.ts';
import { appendMessage, newMessageId, newStubThread, type StubThread } from '../amp/threads.ts';
import { olderApi } from './older-api.ts';

/** A loopback stand-in for Amp's servers that any Amp from 2026-01 on can talk to. */
export type AccountServer = {
  readonly url: string;
  /** The only key that it accepts. */
  readonly apiKey: string;
  /** Every thread of the account; tests may change them. */
  readonly threads: Map<string, StubThread>;
  /** Makes a thread beside the CLI under test, with messages of its user. @returns its ID. */
  readonly addThread: (...messages: string[]) => string;
  /** How to answer every request from now on. */
  readonly behave: (behaviour: Behaviour) => void;
  readonly close: () => Promise<void>;
};

const API_KEY = 'sgamp_test_conformance_9c41d2';
const WS_TOKEN = 'ws_test_conformance_04be77';

/** Starts one on 127.0.0.1, on a port of its own. */
export async function startAccountServer(): Promise<AccountServer> {
  const threads = new Map<string, StubThread>();
  let behaviour: Behaviour = ok;
  let url = '';
  const older = olderApi(threads, () => url);
  const sockets = socketRoutes(threads, WS_TOKEN);

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const asked = new URL(request.url ?? '/', 'http://stub');
    const body = await bodyOf(request);
    const call = readCall(asked, body);
    const page = asked.pathname === LOGIN_PATH;
    const allowed = page || isOpen(asked) || request.headers.authorization === `Bearer ${API_KEY}`;
    const refuse = () => send(response, refusal(call));
    const answer = () => (allowed ? send(response, answerOf(call, asked, body)) : refuse());
    carryOut(page ? ok : behaviour, response, answer, refuse);
  };
  const answerOf = (call: AmpCall, asked: URL, body: string) =>
    older.answer(call, asked, body) ?? answerTo(call, threads, WS_TOKEN);

  const server = createServer((request, response) => void serve(request, response));
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    const { threadId, goodKey } = sockets.read(request, new URL(request.url ?? '/', 'http://stub'));
    if (behaviour.kind === 'ok' && goodKey) sockets.open(request, socket, threadId);
    else sockets.refuse(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Loopback gave no TCP port.');
  url = `http://127.0.0.1:${address.port}`;

  return {
    url,
    apiKey: API_KEY,
    threads,
    addThread: (...messages) => {
      const thread = newStubThread();
      for (const text of messages)
        appendMessage(thread, { messageId: newMessageId(), role: 'user', content: [{ type: 'text', text }] });
      threads.set(thread.id, thread);
      return thread.id;
    },
    behave: (next) => {
      behaviour = next;
    },
    close: async () => {
      sockets.closeAll();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Where the websockets are is told without a key. */
function isOpen({ pathname }: URL): boolean {
  return pathname === '/actors/metadata';
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, { status, body }: { status: number; body: object | string }): void {
  const page = typeof body === 'string';
  response.writeHead(status, { 'content-type': page ? 'text/html' : 'application/json' });
  response.end(page ? body : JSON.stringify(body));
}
