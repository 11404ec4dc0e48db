// For NODE_OPTIONS of a workspace: gives the shim's deadlines ten times their length, so that no machine is too slow for them and a test
// sees what happens when all goes well. The tests of the deadlines themselves do without. Other programs keep their times.
const FACTOR = 10;
/** Shorter times are pauses between two looks. */
const SHORTEST_DEADLINE_MS = 1_000;

if (/\/bundle\/[^/]+\.mjs$/.test(process.argv[1] ?? '')) {
  const now = performance.now.bind(performance);
  performance.now = () => now() / FACTOR;
  const later = globalThis.setTimeout;
  globalThis.setTimeout = (run, milliseconds, ...args) =>
    later(run, milliseconds < SHORTEST_DEADLINE_MS ? milliseconds : milliseconds * FACTOR, ...args);
}
