import { expect, it } from 'vitest';
import { isRuntimeEnough } from '../../../shim/system/runtime.ts';

it.each([
  [{ node: '18.18.2' }, false],
  [{ node: '18.19.0' }, true],
  [{ node: '20.1.0' }, true],
  [{ node: '16.20.0' }, false],
  [{ node: '24.3.0', bun: '1.1.45' }, false],
  [{ node: '18.0.0', bun: '1.2.0' }, true],
  [{ node: '24.3.0', bun: '1.4.1-canary.1' }, true],
  [{ bun: '2.0.0' }, true],
  [{}, false],
])('%j: %j', (versions, enough) => {
  expect(isRuntimeEnough(versions)).toBe(enough);
});
