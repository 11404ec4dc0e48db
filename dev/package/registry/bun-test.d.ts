/** Bun's own test runner, as far as main.test.ts uses it. */
declare module 'bun:test' {
  export { afterAll, beforeAll, expect, it } from 'vitest';
}
