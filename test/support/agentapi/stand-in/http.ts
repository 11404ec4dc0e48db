import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod/mini';
import { trimmed } from './agent-text.ts';
import { type Conversation, NotSent, SNAPSHOT_MS } from './conversation.ts';
import type { Terminal } from './terminal.ts';

const Post = z.object({ content: z.string(), type: z.enum(['user', 'raw']) });

type Answer = { readonly status: number; readonly body: unknown };

/**
 * The used part of AgentAPI's HTTP interface. Source: lib/httpapi/server.go of coder/agentapi v0.12.1.
 * @param allowedHosts host names that are served, '*' for all.
 */
export function createApi(chat: Conversation, terminal: Terminal, allowedHosts: readonly string[]): Server {
  // A message is sent under a lock that every other request waits for.
  let sending: Promise<unknown> = Promise.resolve();

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const host = new URL(`http://${request.headers.host}`).hostname.toLowerCase();
    if (!allowedHosts.includes('*') && !allowedHosts.includes(host)) {
      return { status: 400, body: `Invalid host header. Allowed hosts: ${allowedHosts.join(', ')}` };
    }
    const body = await text(request);
    await sending;
    switch (`${request.method} ${request.url}`) {
      case 'GET /status':
        return { status: 200, body: { status: chat.status, agent_type: 'amp', transport: 'pty' } };
      case 'GET /messages':
        return {
          status: 200,
          body: { messages: chat.messages.map(({ message, ...rest }) => ({ ...rest, content: message })) },
        };
      case 'POST /message': {
        const sent = post(chat, terminal, body);
        sending = sent;
        return sent;
      }
      default:
        return { status: 404, body: '404 page not found' };
    }
  };

  return createServer((request, response) => {
    if (request.url === '/internal/screen') return void showScreen(terminal, response);
    answer(request).then(
      (result) => write(response, result),
      (error: unknown) => write(response, problem(500, 'unexpected error occurred', String(error))),
    );
  });
}

/** Sends the screen as server-sent events, now and whenever it changes, until the client goes. */
async function showScreen(terminal: Terminal, response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (let last: string | null = null; !response.closed; await pause(SNAPSHOT_MS)) {
    const screen = (await terminal.read()).trimEnd();
    if (screen !== last) response.write(`event: screen\ndata: ${JSON.stringify({ screen })}\n\n`);
    last = screen;
  }
}

async function post(chat: Conversation, terminal: Terminal, body: string): Promise<Answer> {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (error) {
    return problem(400, 'validation failed', String(error));
  }
  const message = Post.safeParse(json);
  if (!message.success) return problem(422, 'validation failed', message.error.message);
  const { type, content } = message.data;
  try {
    if (type === 'raw') terminal.write(content);
    else await chat.send(trimmed(content));
    return { status: 200, body: { ok: true } };
  } catch (error) {
    // A refusal is not a 4xx: AgentAPI returns a plain error, which its framework turns into a 500.
    const reason = error instanceof NotSent ? error.message : String(error);
    return problem(500, 'unexpected error occurred', `failed to send message: ${reason}`);
  }
}

function problem(status: number, detail: string, message: string): Answer {
  return { status, body: { status, detail, errors: [{ message }] } };
}

function write(response: ServerResponse, { status, body }: Answer): void {
  const plain = typeof body === 'string';
  response.writeHead(status, { 'content-type': plain ? 'text/plain; charset=utf-8' : 'application/json' });
  response.end(plain ? body : JSON.stringify(body));
}
