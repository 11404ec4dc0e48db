// The only timeouts of the tests, in milliseconds. Nothing waits for time to pass: these only end what hangs.

/**
 * How long to wait for one thing: far longer than the slowest machine needs, so that only a hang reaches it.
 */
export const HANG_MS = 120_000;

/** How long a test or a hook may take as a whole; it waits for several things in turn. */
export const TEST_MS = 5 * HANG_MS;
