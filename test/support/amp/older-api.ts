import * as z from 'zod';
import { type AmpCall, type Answer, success } from './routes.ts';
import { newStubThread, type StubMessage, type StubThread, threadView } from './threads.ts';

/** A thread as Amp up to 2026-05 creates it locally and uploads it. */
const Uploaded = z.looseObject({
  id: z.string(),
  created: z.number(),
  title: z.string().optional(),
  messages: z.array(
    z.looseObject({
      // There is also 'info' besides 'user' and 'assistant'.
      role: z.string(),
      content: z.array(z.looseObject({ type: z.string(), text: z.string().optional() })),
    }),
  ),
});
const Upload = z.looseObject({ params: z.looseObject({ thread: Uploaded }) });

/** Where older versions ask for the address of the websockets. */
export const METADATA_PATH = '/actors/metadata';
const ONE_THREAD = /^\/api\/threads\/(T-[0-9a-f-]{36})$/;

/** What older versions request from Amp's servers in addition. */
export type OlderApi = {
  /** @param body of the request, as text. @returns null for a request that the newest Amp makes too. */
  readonly answer: (call: AmpCall, url: URL, body: string) => Answer | null;
};

/**
 * Answers the API calls that only older CLIs make: uploading and downloading whole threads (up to 2026-05),
 * `getThread` (up to 2026-07), the address of the websockets (up to 0.0.1788854443). Observed with the real
 * CLIs on loopback; the shapes are what they accept.
 * @param threads the stub's; uploads are added.
 * @param url of the server itself.
 */
export function olderApi(threads: Map<string, StubThread>, url: () => string): OlderApi {
  // In the CLI's own format, which is what it expects back.
  const uploads = new Map<string, z.infer<typeof Uploaded>>();
  const whole = (thread: StubThread): object => uploads.get(thread.id) ?? threadView(thread);

  const upload = (body: string): Answer => {
    const { thread } = Upload.parse(JSON.parse(body)).params;
    uploads.set(thread.id, thread);
    const known = threads.get(thread.id) ?? { ...newStubThread(), id: thread.id, created: thread.created };
    known.messages.splice(0, Number.POSITIVE_INFINITY, ...messagesOf(thread));
    known.version += 1;
    threads.set(thread.id, known);
    return success({});
  };

  return {
    answer: (call, { pathname }, body) => {
      if (call.operation === 'uploadThread') return upload(body);
      if (call.operation === 'getThread') {
        const thread = threads.get(call.threadId ?? '');
        return thread === undefined ? null : success({ thread: { data: whole(thread) } });
      }
      const one = ONE_THREAD.exec(pathname)?.[1];
      if (one !== undefined) {
        const thread = threads.get(one);
        return thread === undefined
          ? { status: 404, body: { error: 'Not found' } }
          : { status: 200, body: whole(thread) };
      }
      switch (pathname) {
        case '/api/threads':
          return { status: 200, body: [...threads.values()].map(listed) };
        case '/api/threads/sync':
          return { status: 200, body: { threadActions: [] } };
        case METADATA_PATH:
          return { status: 200, body: metadata(url()) };
        default:
          return null;
      }
    },
  };
}

function messagesOf({ id, messages }: z.infer<typeof Uploaded>): StubMessage[] {
  return messages.flatMap(({ role, content }, at) => {
    if (role !== 'user' && role !== 'assistant') return [];
    const parts = content.map(({ type, text }) => (text === undefined ? { type } : { type, text }));
    return [{ threadId: id, messageId: String(at), role, content: parts }];
  });
}

/** A thread in the list that versions up to 2026-05 fetch; without these fields `threads list` fails. */
function listed(thread: StubThread): object {
  return {
    ...threadView(thread),
    meta: { visibility: 'private', sharedGroupIDs: [] },
    messageCount: thread.messages.length,
  };
}

/** The websockets are at `<clientEndpoint>/gateway/…`, which newer versions use without asking. */
function metadata(url: string): object {
  return {
    runtime: 'rivetkit',
    version: '2.0.0',
    runner: { kind: { normal: {} } },
    actorNames: {},
    clientEndpoint: `${url}/actors`,
  };
}
