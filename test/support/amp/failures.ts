import { type Behaviour, behaviours } from './server.ts';

/** A failure of Amp's servers, and what the real Amp prints then. */
export type AmpFailure = {
  readonly name: string;
  /** How the stub causes it. */
  readonly behaviour: Behaviour;
  /** The first line that `threads new` prints. */
  readonly newSays: string;
  /** What `threads archive --unarchive` prints after `Error: Failed to unarchive thread: `. */
  readonly unarchiveSays: string;
};

const UNEXPECTED = 'Error: Unexpected error inside Amp CLI.';
const SERVER_ERROR = 'Error: Amp server returned an error. Try again in a moment.';

/**
 * All failures that end an Amp call immediately with an error. test/conformance/amp-failures.test.ts checks
 * that the real Amp prints these messages; in test/workspace/failures.test.ts a double prints them during
 * whole starts.
 */
export const AMP_FAILURES: readonly AmpFailure[] = [
  {
    name: 'logged out',
    behaviour: behaviours.loggedOut,
    newSays: "Error: Not logged in. Run 'amp login' to authenticate.",
    unarchiveSays: 'Authentication required',
  },
  {
    name: 'status 500',
    behaviour: behaviours.status(500),
    newSays: SERVER_ERROR,
    unarchiveSays: 'API request for archiveThread failed: 500',
  },
  {
    name: 'status 503',
    behaviour: behaviours.status(503, '<html>busy</html>'),
    newSays: SERVER_ERROR,
    unarchiveSays: 'API request for archiveThread failed: 503',
  },
  {
    name: 'status 429',
    behaviour: behaviours.status(429),
    newSays: UNEXPECTED,
    unarchiveSays: 'API request for archiveThread failed: 429',
  },
  {
    name: 'status 404 of a proxy',
    behaviour: behaviours.status(404, '<html>Thread not found</html>'),
    newSays: UNEXPECTED,
    unarchiveSays: 'API request for archiveThread failed: 404',
  },
  {
    name: 'a truncated answer',
    behaviour: behaviours.truncated,
    newSays: UNEXPECTED,
    unarchiveSays: 'Failed to parse JSON',
  },
  {
    name: 'nonsense',
    behaviour: behaviours.nonsense,
    newSays: UNEXPECTED,
    unarchiveSays: 'Failed to parse JSON',
  },
  {
    name: 'a redirect to a log-in page',
    behaviour: behaviours.loginRedirect,
    newSays: UNEXPECTED,
    unarchiveSays: 'Failed to parse JSON',
  },
];
