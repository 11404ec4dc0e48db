import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { askAgent } from '../../../shim/message/through-agentapi.ts';
import { startTypist } from '../../support/agentapi/typist.ts';
import { startDownloads } from '../../support/downloads.ts';

/**
 * An AgentAPI that rejects the first message with this error, accepts the next, and answers it or not.
 * @returns its address, and what it was sent.
 */
async function refusingOnce(detail: string, answers = true) {
  const sent: string[] = [];
  const messages: object[] = [];
  const { url } = await startDownloads(async (request, response) => {
    const body = await text(request);
    const answer = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body));
    if (request.url === '/status') return answer(200, { status: 'stable' });
    if (request.url === '/messages') return answer(200, { messages });
    if (request.url === '/internal/screen') return answer(404, {});
    const { content } = JSON.parse(body);
    sent.push(content);
    if (sent.length === 1) return answer(500, problem(detail));
    messages.push({ id: 0, role: 'user', content });
    if (answers) messages.push({ id: 1, role: 'agent', content: `I heard: ${content}` });
    answer(200, { ok: true });
  });
  return { url, sent };
}

/** An error as AgentAPI 0.12.1 formats it. */
function problem(message: string): object {
  return {
    $schema: 'http://localhost:3284/schemas/ErrorModel.json',
    title: 'Internal Server Error',
    status: 500,
    detail: 'unexpected error occurred',
    errors: [{ message }],
  };
}

const UNCONNECTED = ['╭────────╮', '│        │', '╰ ≈ Reconnecting in 30s ───╯'].join('\n');

it('gives up on an agent that loses its connection in the middle of its answer, and says that it has the message', async () => {
  const typist = await startTypist();
  const isSent = () => typist.typed.length > 0;
  typist.status = () => (isSent() ? 'running' : 'stable');
  let looks = 0;
  typist.screen = () => (isSent() && looks++ > 0 ? UNCONNECTED : '');
  const asking = askAgent(`http://127.0.0.1:${typist.port}`, 'hello', undefined, { connectingMs: 1 });
  await expect(asking).rejects.toThrow(/has lost its websocket.*Your message was taken/);
  expect(typist.typed).toEqual(['hello']);
});

it('gives up on an agent that gets no connection, which AgentAPI calls busy for ever', async () => {
  const typist = await startTypist();
  typist.status = () => 'running';
  typist.screen = () => UNCONNECTED;
  const asking = askAgent(`http://127.0.0.1:${typist.port}`, 'hello', undefined, { connectingMs: 1 });
  await expect(asking).rejects.toThrow("has no websocket to Amp's servers");
  expect(typist.typed).toEqual([]);
});

it('resends when the agent became busy between the check and the message', async () => {
  const words = 'failed to send message: message can only be sent when the agent is waiting for user input';
  const { url, sent } = await refusingOnce(words);
  expect(await askAgent(url, 'hello')).toBe('I heard: hello');
  expect(sent).toEqual(['hello', 'hello']);
});

it('looks before each time that it types, and types nothing where it must not', async () => {
  const { url, sent } = await refusingOnce(
    'message can only be sent when the agent is waiting for user input',
  );
  let looks = 0;
  const mayType = () => {
    looks += 1;
    if (looks === 2) throw new Error('the agent has left');
  };
  await expect(askAgent(url, 'hello', mayType)).rejects.toThrow('the agent has left');
  expect(sent).toEqual(['hello']);
});

it('sends once when AgentAPI fails otherwise: it may have been typed', async () => {
  const { url, sent } = await refusingOnce(
    'failed to wait for processing to start: timeout waiting for condition',
  );
  await expect(askAgent(url, 'hello')).rejects.toThrow(
    /AgentAPI refused the request \(500\).*processing to start/,
  );
  expect(sent).toEqual(['hello']);
});

it('gives up on an agent that took the message and settles without an answer', async () => {
  const { url } = await refusingOnce(
    'message can only be sent when the agent is waiting for user input',
    false,
  );
  await expect(askAgent(url, 'hello', () => undefined, { silentMs: 1 })).rejects.toThrow(
    /idle for 0 s without an answer/,
  );
});
