import * as z from 'zod';
import { appendMessage, newMessageId, type StubThread, textOf } from './threads.ts';

// The protocol of a thread's websocket, as the 2026-09 CLI speaks it: JSON-RPC 2.0 in text frames, plus a
// bare 'ping' that expects a bare 'pong'. Observed on loopback (test/conformance/README.md).
const Request = z.looseObject({
  id: z.union([z.string(), z.number()]).optional(),
  method: z.string(),
  params: z
    .looseObject({
      clientId: z.string().optional(),
      messageId: z.string().optional(),
      title: z.string().optional(),
      agentMode: z.string().optional(),
      run: z.unknown().optional(),
      content: z.array(z.looseObject({ type: z.string(), text: z.string().optional() })).optional(),
    })
    .default({}),
});
type Request = z.infer<typeof Request>;

/** One client's websocket. */
export type TextSocket = { readonly send: (message: string) => void };

/** The server's side of one thread's conversation. Every client of the thread receives every message. */
export type ThreadActor = {
  /** A client has connected. */
  readonly join: (socket: TextSocket) => void;
  readonly leave: (socket: TextSocket) => void;
  readonly receive: (socket: TextSocket, message: string) => void;
  /** A message comes from elsewhere: Amp's site, or an Amp that leaves the tools to the thread's runner. */
  readonly say: (text: string) => void;
};

/**
 * Creates the actor of a thread: it keeps each user message and answers with a short echo. At `run: <command>` it
 * has Amp run that command first, and those in the lines below, one after the other.
 * @param isDeaf whether user messages are currently lost on their way.
 * @param whenFree runs what ends a turn, now or once turns are no longer held up.
 */
export function threadActor(
  thread: StubThread,
  isDeaf: () => boolean,
  whenFree: (end: () => void) => void,
): ThreadActor {
  const sockets = new Set<TextSocket>();
  const broadcast = (method: string, params: object) => {
    for (const socket of sockets) notify(socket, method, params);
  };

  // A command that the agent wants to run, from when it is asked to until Amp says how it ended.
  let call: { readonly lease: () => void; readonly end: (run: unknown) => void } | null = null;
  let hasTools = false;
  // Amp runs the tools of a thread in one of its clients. A second one that offers to is told of the first.
  let executor: { readonly socket: TextSocket; readonly clientId: string | undefined } | null = null;

  const takeTurn = ({ params }: Request) => {
    const mode = params.agentMode;
    const user = appendMessage(thread, {
      messageId: params.messageId ?? newMessageId(),
      role: 'user',
      content: (params.content ?? []).map(({ type, text }) =>
        text === undefined ? { type } : { type, text },
      ),
      ...(mode === undefined ? {} : { agentMode: mode }),
    });
    broadcast('message_added', user);
    const messageId = newMessageId();
    // `amp -x` waits forever unless the agent has named the message that it is working on.
    broadcast('agent_state', { state: 'working', agentMode: mode, messageId });
    const lines = textOf(user.message).split('\n');
    const firstLine = lines[0] ?? '';
    const end = (text: string) => {
      const answer = appendMessage(thread, {
        messageId,
        role: 'assistant',
        content: [{ type: 'text', text }],
        state: { type: 'complete', stopReason: 'end_turn' },
      });
      broadcast('message_added', answer);
      broadcast('agent_state', { state: 'idle', agentMode: mode, messageId });
    };
    const isCommand = (line: string) => line.startsWith(RUN);
    if (!isCommand(firstLine)) return whenFree(() => end(`I heard: ${firstLine.slice(0, LONGEST_ECHO)}`));
    const got: string[] = [];
    const runNext = (command: string, ...more: string[]) => {
      const toolCallId = newMessageId().replace('M-', 'TU-');
      const args = { command: command.slice(RUN.length) };
      call = {
        // After the answer to what Amp has just asked: until then it takes no command.
        lease: () =>
          queueMicrotask(() => {
            if (executor !== null)
              notify(executor.socket, 'tool_lease', {
                toolCallId,
                toolName: 'shell_command',
                args,
                messageId,
              });
          }),
        end: (run) => {
          got.push(`I got: ${JSON.stringify(run)}`);
          call = null;
          const [next, ...others] = more;
          if (next === undefined) end(got.join('\n'));
          else runNext(next, ...others);
        },
      };
      if (hasTools) call.lease();
    };
    runNext(firstLine, ...lines.slice(1).filter(isCommand));
  };

  const resultOf = (socket: TextSocket, request: Request): object => {
    switch (request.method) {
      case 'executor_connect':
        if (executor !== null && executor.clientId !== request.params.clientId) {
          notify(socket, 'executor_error', TAKEN);
          break;
        }
        executor = { socket, clientId: request.params.clientId };
        hasTools = false;
        notify(socket, 'executor_connected', {
          executorId: request.params.clientId,
          registeredToolCount: 0,
          guidanceInventory: [],
          resumeBootstrap: true,
        });
        break;
      case 'executor_tools_bootstrap_complete':
        hasTools = true;
        call?.lease();
        break;
      case 'executor_tool_result':
        call?.end(request.params.run);
        break;
      case 'client_resume':
        return { replayMessageCount: 0, storedEventCount: 0, replayThroughSeq: thread.version };
      case 'client_set_thread_title':
        thread.title = request.params.title ?? thread.title;
        break;
      case 'client_append_user_msg':
        takeTurn(request);
    }
    return { ok: true };
  };

  return {
    say: (text) => takeTurn(Request.parse({ method: 'say', params: { content: [{ type: 'text', text }] } })),
    join: (socket) => {
      sockets.add(socket);
      // `amp -x` waits forever for a first frame; the TUI doesn't need one.
      socket.send('pong');
    },
    leave: (socket) => {
      sockets.delete(socket);
      if (executor?.socket !== socket) return;
      executor = null;
      hasTools = false;
    },
    receive: (socket, message) => {
      if (message === 'ping') return socket.send('pong');
      const body: unknown = JSON.parse(message);
      for (const request of z.array(Request).parse(Array.isArray(body) ? body : [body])) {
        if (request.method === 'client_append_user_msg' && isDeaf()) continue;
        const result = resultOf(socket, request);
        if (request.id !== undefined) socket.send(JSON.stringify({ jsonrpc: '2.0', id: request.id, result }));
      }
    },
  };
}

const TAKEN = { message: 'Another executor is connected', code: 'EXECUTOR_ALREADY_CONNECTED' };
const RUN = 'run: ';
/** How many characters of a message the stub's agent repeats. */
const LONGEST_ECHO = 40;

function notify(socket: TextSocket, method: string, params: object): void {
  socket.send(JSON.stringify({ jsonrpc: '2.0', method, params }));
}
