import * as z from 'zod';
import { parseJson } from '../../../shim/system/json.ts';
import { LOGIN_PATH } from './behaviours.ts';
import { newStubThread, type StubThread, textOf, threadView } from './threads.ts';

/**
 * One HTTP call of `amp`, parsed. `operation` is its name in `behave(…, {only})` and in the record of
 * requests.
 */
export type AmpCall = {
  readonly operation: string;
  /** The method of the internal API (`archiveThread`, …), or null for the other routes. */
  readonly internalMethod: string | null;
  readonly threadId: string | null;
  readonly params: Params;
  readonly query: URLSearchParams;
};

/** Status and JSON body of an answer; a string is sent unchanged, as a page. */
export type Answer = { readonly status: number; readonly body: object | string };

const text = z.string();
const Body = z.looseObject({
  method: text.optional(),
  params: z.looseObject({}).optional(),
  threadId: text.optional(),
  agentMode: text.optional(),
});
const Params = z.looseObject({
  thread: text.optional(),
  threadID: text.optional(),
  archived: z.boolean().optional(),
  includeArchived: z.boolean().optional(),
  limit: z.number().optional(),
  fromIndex: z.number().optional(),
  labels: z.array(text).optional(),
  content: z.array(z.looseObject({ text: text.optional() })).optional(),
  runnerId: text.optional(),
  runnerWorkingDirectory: text.optional(),
  agentMode: text.optional(),
});
type Params = z.infer<typeof Params>;

// This stub's names for the routes outside the internal API.
const ROUTES: Readonly<Record<string, string>> = {
  '/api/threads/find': 'findThreads',
  '/api/user-actor-credentials': 'userCredentials',
  [LOGIN_PATH]: 'loginPage',
};

/** Parses a request. Nothing in it is trusted: a body that isn't a JSON object counts as empty. */
export function readCall(url: URL, body: string): AmpCall {
  const parsed = Body.safeParse(parseJson(body)).data ?? {};
  const params = Params.safeParse({ ...parsed.params, agentMode: parsed.agentMode }).data ?? {};
  const rest = { params, query: url.searchParams };
  if (url.pathname === '/api/internal') {
    const method = parsed.method ?? 'unknown';
    return {
      operation: method,
      internalMethod: method,
      threadId: params.thread ?? params.threadID ?? null,
      ...rest,
    };
  }
  const threadId = parsed.threadId ?? null;
  if (url.pathname === '/api/thread-actors') {
    return {
      operation: threadId === null ? 'createThread' : 'openThread',
      internalMethod: null,
      threadId,
      ...rest,
    };
  }
  return { operation: ROUTES[url.pathname] ?? 'unknown', internalMethod: null, threadId, ...rest };
}

/** The answer to a request with a bad key. The internal API reports that with status 200. */
export function refusal(call: AmpCall): Answer {
  return call.internalMethod === null
    ? { status: 401, body: { error: 'Unauthorized' } }
    : failure('auth-required', 'Authentication required');
}

/** The answer to a request with a good key; changes `threads` as requested. */
export function answerTo(call: AmpCall, threads: Map<string, StubThread>, wsToken: string): Answer {
  switch (call.operation) {
    case 'createThread': {
      const thread = newStubThread(call.params.agentMode);
      threads.set(thread.id, thread);
      return actorOf(thread, wsToken);
    }
    case 'openThread': {
      const thread = threads.get(call.threadId ?? '');
      return thread === undefined
        ? { status: 404, body: { error: 'Thread not found' } }
        : actorOf(thread, wsToken);
    }
    case 'findThreads':
      return {
        status: 200,
        body: { threads: find(threads, call.query.get('q') ?? '').map(threadView), hasMore: false },
      };
    case 'userCredentials':
      return { status: 200, body: { userId: 'user_stub', wsToken, poolName: 'stub' } };
    case 'loginPage':
      return { status: 200, body: '<!doctype html><title>Log in</title>' };
    default:
      return call.internalMethod === null
        ? { status: 404, body: { error: 'Not found' } }
        : internalAnswer(call, threads);
  }
}

function internalAnswer(call: AmpCall, threads: Map<string, StubThread>): Answer {
  switch (call.operation) {
    case 'getUserInfo':
      return success({
        id: 'user_stub',
        email: 'stub@example.invalid',
        username: 'stub',
        features: [],
        team: null,
      });
    case 'listThreads': {
      const shown = [...threads.values()].filter(
        (thread) => call.params.includeArchived === true || !thread.archived,
      );
      return success({ threads: shown.map(threadView) });
    }
    case 'listRunnerShares':
      return success({ shares: [] });
    case 'loadSkills':
      return success({ skills: [], sources: [] });
    case 'listAutomations':
      return success({ automations: [] });
    case 'splashDispatch':
      return success(null);
    case 'loadPlugins':
    case 'listAgentModes':
    case 'notices':
      return success([]);
  }
  if (call.threadId === null) return success({});
  const thread = threads.get(call.threadId);
  return thread === undefined
    ? failure('thread-not-found', 'Thread not found')
    : threadAnswer(call, thread, threads);
}

function threadAnswer(call: AmpCall, thread: StubThread, threads: Map<string, StubThread>): Answer {
  switch (call.operation) {
    case 'getThreadTail': {
      const messages = thread.messages.slice(-(call.params.limit ?? 1));
      const hasMoreBefore = messages.length < thread.messages.length;
      return success({ thread: { data: threadView(thread) }, messages, hasMoreBefore });
    }
    case 'getThreadMessagesPage': {
      const { fromIndex = 0, limit = 1 } = call.params;
      const next = fromIndex + limit;
      return success({
        messages: thread.messages.slice(fromIndex, next),
        nextMessageIndex: next < thread.messages.length ? next : null,
      });
    }
    case 'getThreadInitialTranscriptPage':
      return success({
        thread: { data: threadView(thread) },
        messages: thread.messages,
        hasMoreBefore: false,
        firstMessageIndex: 0,
        firstMessageID: thread.messages[0]?.messageId ?? null,
      });
    case 'threadDisplayCostInfo':
      return success({ displayText: '**Cost:** $0.42' });
    case 'archiveThread':
      thread.archived = call.params.archived ?? true;
      return success({});
    case 'addThreadLabels':
      thread.labels.push(...(call.params.labels ?? []));
      return success(thread.labels.map((name) => ({ name })));
    case 'deleteThread':
      threads.delete(thread.id);
      return success({});
    default:
      return success({});
  }
}

function actorOf(thread: StubThread, wsToken: string): Answer {
  return {
    status: 200,
    body: {
      threadId: thread.id,
      wsToken,
      ownerUserId: 'user_stub',
      threadVersion: thread.version,
      usesThreadActors: true,
      executorType: 'local-client',
      poolName: 'stub',
    },
  };
}

function find(threads: Map<string, StubThread>, query: string): StubThread[] {
  const id = /^id:(\S+)$/.exec(query)?.[1];
  return [...threads.values()].filter((thread) =>
    id === undefined
      ? [thread.title, ...thread.messages.map(textOf)].join('\n').includes(query)
      : thread.id === id,
  );
}

/** How the internal API reports success. */
export function success(result: unknown): Answer {
  return { status: 200, body: { ok: true, result } };
}

/** How the internal API reports a failure: with status 200. */
export function failure(code: string, message: string): Answer {
  return { status: 200, body: { ok: false, error: { code, message } } };
}
