import { type AmpCall, type Answer, failure, success } from './routes.ts';
import type { SocketRoutes } from './sockets.ts';
import { newStubThread, type StubThread } from './threads.ts';

/**
 * The answers to an Amp that leaves the tools to a runner (`amp --executor runner:<ID>`): its message is added to the
 * given thread, or to a new one that the runner is then asked to run. Null for every other call.
 * @param site the address that threads' addresses begin with.
 */
export function remoteAnswer(
  call: AmpCall,
  threads: Map<string, StubThread>,
  sockets: SocketRoutes,
  site: string,
): Answer | null {
  const { params } = call;
  const said = (params.content ?? []).map(({ text }) => text ?? '').join('');
  const sent = (id: string) => success({ threadID: id, url: `${site}/threads/${id}` });
  switch (call.operation) {
    case 'sendMessageToThread': {
      const id = params.threadID ?? '';
      return sockets.say(id, said) ? sent(id) : failure('thread-not-found', 'Thread not found');
    }
    case 'createRemoteExecutorThread': {
      const runner = params.runnerId ?? '';
      if (!sockets.runners.registered.has(runner)) return failure('runner-not-found', 'Runner not found');
      const thread = newStubThread(params.agentMode);
      threads.set(thread.id, thread);
      sockets.runners.ask(runner, thread.id, params.runnerWorkingDirectory);
      sockets.say(thread.id, said);
      return sent(thread.id);
    }
    default:
      return null;
  }
}
