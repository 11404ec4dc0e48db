import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod/mini';

const Post = z.object({ type: z.literal('user'), content: z.string() });
/** AgentAPI's own words while its agent is busy (ErrMessageValidationChanging in its lib/screentracker). */
const BUSY = 'message can only be sent when the agent is waiting for user input';

/** The part of AgentAPI that its interface shows. */
export type Conversation = {
  /** Whether the agent waits for a message. */
  readonly isStable: () => boolean;
  /** Types one; resolves when the agent has taken it. */
  readonly type: (message: string) => Promise<void>;
};

/** AgentAPI's HTTP interface, as far as `amp-session deliver` uses it. */
export function serveHttp(port: number, conversation: Conversation): void {
  const answer = async (request: IncomingMessage): Promise<readonly [number, object]> => {
    if (request.url === '/status')
      return [
        200,
        { status: conversation.isStable() ? 'stable' : 'running', agent_type: 'amp', transport: 'pty' },
      ];
    // It has no screen.
    if (request.url === '/internal/screen') return [404, {}];
    const { content } = Post.parse(JSON.parse(await text(request)));
    if (!conversation.isStable()) return [500, { detail: BUSY }];
    await conversation.type(content);
    return [200, { ok: true }];
  };
  const server = createServer((request, response: ServerResponse) => {
    void answer(request).then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    });
  });
  // The comparison with AgentAPI itself runs several at once on one port and asks none of them anything.
  server.on('error', () => undefined);
  server.listen(port);
}
