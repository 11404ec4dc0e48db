import type { ServerResponse } from 'node:http';

/** How the stub answers: like Amp, late, when told, never, or with something fixed. */
export type Behaviour =
  | { readonly kind: 'ok' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'slow'; readonly milliseconds: number }
  | { readonly kind: 'held'; readonly until: Promise<void> }
  | { readonly kind: 'loggedOut' }
  | {
      readonly kind: 'fixed';
      readonly status: number;
      readonly body: string;
      readonly headers: Readonly<Record<string, string>>;
    };

const JSON_TYPE = { 'content-type': 'application/json' };

/** The target of `loginRedirect`; the stub answers this path with a page. */
export const LOGIN_PATH = '/login';

/** Answers like Amp's servers. */
export const ok: Behaviour = { kind: 'ok' };
/** Accepts the request and never answers. */
export const hang: Behaviour = { kind: 'hang' };
/** Rejects every key, with the errors of Amp's servers. */
export const loggedOut: Behaviour = { kind: 'loggedOut' };
/** A proxy or single sign-on in between: redirects every request to an HTML page. */
export const loginRedirect: Behaviour = fixed(302, '', { location: LOGIN_PATH });
/** A truncated JSON answer. */
export const truncated: Behaviour = fixed(200, '{"ok":true,"resu', JSON_TYPE);
/** Something that isn't JSON. */
export const nonsense: Behaviour = fixed(200, 'It is not you, it is me.', { 'content-type': 'text/plain' });
/** JSON with an unexpected shape. */
export const wrongTypes: Behaviour = fixed(200, '{"ok":true,"result":42,"threadId":7}', JSON_TYPE);

/** Answers like Amp's servers, but only after some milliseconds. */
export function slow(milliseconds: number): Behaviour {
  return { kind: 'slow', milliseconds };
}

/** Answers like Amp's servers, but only once told. */
export function held(): { readonly behaviour: Behaviour; readonly release: () => void } {
  let release = () => {};
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { behaviour: { kind: 'held', until }, release };
}

/** Answers every request with this status and body (JSON unless given otherwise). */
export function status(code: number, body = '{"error":"stub"}'): Behaviour {
  return fixed(code, body, JSON_TYPE);
}

/**
 * Applies a behaviour to one HTTP request.
 * @param answer writes the ordinary answer; called at once, late or never.
 * @param refuse writes the answer to a rejected key.
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
    case 'held':
      void behaviour.until.then(() => {
        if (!response.destroyed) answer();
      });
      return;
    case 'fixed':
      response.writeHead(behaviour.status, { ...behaviour.headers });
      response.end(behaviour.body);
  }
}

function fixed(code: number, body: string, headers: Readonly<Record<string, string>>): Behaviour {
  return { kind: 'fixed', status: code, body, headers };
}
