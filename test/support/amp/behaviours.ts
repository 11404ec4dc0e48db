import type { ServerResponse } from 'node:http';

/** How the stub answers: as Amp does, late, never, or with something fixed. */
export type Behaviour =
  | { readonly kind: 'ok' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'slow'; readonly milliseconds: number }
  | { readonly kind: 'loggedOut' }
  | {
      readonly kind: 'fixed';
      readonly status: number;
      readonly body: string;
      readonly headers: Readonly<Record<string, string>>;
    };

const JSON_TYPE = { 'content-type': 'application/json' };

/** Where `loginRedirect` points to; the stub answers this path with a page. */
export const LOGIN_PATH = '/login';

/** Answers as Amp's servers do. */
export const ok: Behaviour = { kind: 'ok' };
/** Accepts the request and never answers. */
export const hang: Behaviour = { kind: 'hang' };
/** Refuses every key, in the words of Amp's servers. */
export const loggedOut: Behaviour = { kind: 'loggedOut' };
/** A proxy or single sign-on in between: sends every request to an HTML page. */
export const loginRedirect: Behaviour = fixed(302, '', { location: LOGIN_PATH });
/** A JSON answer that ends in the middle. */
export const truncated: Behaviour = fixed(200, '{"ok":true,"resu', JSON_TYPE);
/** Something that is no JSON at all. */
export const nonsense: Behaviour = fixed(200, 'It is not you, it is me.', { 'content-type': 'text/plain' });
/** JSON of another shape. */
export const wrongTypes: Behaviour = fixed(200, '{"ok":true,"result":42,"threadId":7}', JSON_TYPE);

/** Answers as Amp's servers do, but only after some milliseconds. */
export function slow(milliseconds: number): Behaviour {
  return { kind: 'slow', milliseconds };
}

/** Answers every request with this status and body (JSON text unless it says otherwise itself). */
export function status(code: number, body = '{"error":"stub"}'): Behaviour {
  return fixed(code, body, JSON_TYPE);
}

/**
 * Carries a behaviour out on one HTTP request.
 * @param answer writes the ordinary answer; called at once, late or never.
 * @param refuse writes the answer to a bad key.
 */
export function carryOut(
  behaviour: Behaviour,
  response: ServerResponse,
  answer: () => void,
  refuse: () => void,
): void {
  switch (behaviour.kind) {
    case 'ok':
      answer();
      return;
    case 'hang':
      return;
    case 'loggedOut':
      refuse();
      return;
    case 'slow': {
      const timer = setTimeout(answer, behaviour.milliseconds);
      response.once('close', () => clearTimeout(timer));
      return;
    }
    case 'fixed':
      response.writeHead(behaviour.status, { ...behaviour.headers });
      response.end(behaviour.body);
  }
}

function fixed(code: number, body: string, headers: Readonly<Record<string, string>>): Behaviour {
  return { kind: 'fixed', status: code, body, headers };
}
