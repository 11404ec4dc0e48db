// The only limits of the tests, in milliseconds. Nothing waits for a time to pass: these end what hangs.

/** How long one thing is awaited: far longer than the slowest machine takes, so that only a hang reaches it. */
export const HANG_MS = 120_000;

/** How long a test or a hook may take as a whole; it awaits several things one after another. */
export const TEST_MS = 5 * HANG_MS;
