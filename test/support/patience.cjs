// Loaded into amp-session in a test's workspace or home (patience.ts): makes its deadlines ten times longer, so that
// no machine is too slow for them and a test sees what happens without timeouts. Tests of the deadlines don't use it.
const FACTOR = 10;
/** Shorter times are pauses between polls. */
const SHORTEST_DEADLINE_MS = 1_000;

const now = performance.now.bind(performance);
performance.now = () => now() / FACTOR;
const later = globalThis.setTimeout;
globalThis.setTimeout = (run, milliseconds, ...args) =>
  later(run, milliseconds < SHORTEST_DEADLINE_MS ? milliseconds : milliseconds * FACTOR, ...args);
