import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Applied, hashOf, mergeManaged } from '../../../shim/settings/merge.ts';

const set = (values: Record<string, unknown>): Applied =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, hashOf(value)]));

describe('mergeManaged', () => {
  it.each([
    ['sets what is new', {}, { a: 1 }, {}, { a: 1 }],
    ["keeps a setting of the user's", { a: 'mine' }, { a: 1 }, {}, { a: 'mine' }],
    ['follows the template', { a: 1 }, { a: 2 }, set({ a: 1 }), { a: 2 }],
    ['keeps what the user changed', { a: 'mine' }, { a: 2 }, set({ a: 1 }), { a: 'mine' }],
    ['leaves out what the user removed', {}, { a: 2 }, set({ a: 1 }), {}],
    ['removes what the template gave up', { a: 1, b: 2 }, {}, set({ a: 1 }), { b: 2 }],
    ['keeps what the template gave up and the user changed', { a: 'mine' }, {}, set({ a: 1 }), { a: 'mine' }],
    [
      'sees the same value in another order',
      { a: { y: 2, x: 1 } },
      { a: 3 },
      set({ a: { x: 1, y: 2 } }),
      { a: 3 },
    ],
  ])('%s', (_name, current, wanted, applied, expected) => {
    expect(mergeManaged(current, wanted, applied).merged).toEqual(expected);
  });

  it('I10: never changes a value that the user set, however the template changes', () => {
    const settings = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 3 }));
    fc.assert(
      fc.property(
        fc.array(settings, { maxLength: 4 }),
        settings,
        fc.array(settings, { maxLength: 4 }),
        (before, mine, after) => {
          let state: { merged: Record<string, unknown>; applied: Applied } = { merged: {}, applied: {} };
          const apply = (wanted: Record<string, unknown>) => {
            const next = mergeManaged(state.merged, wanted, state.applied);
            state = { merged: { ...next.merged }, applied: next.applied };
          };
          before.forEach(apply);
          const theirs = Object.fromEntries(
            Object.entries(mine).map(([name, value]) => [name, `mine ${value}`]),
          );
          Object.assign(state.merged, theirs);
          after.forEach(apply);
          expect(state.merged).toMatchObject(theirs);
        },
      ),
    );
  });

  it('changes nothing when the same template is applied again', () => {
    const settings = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(settings, settings, (current, wanted) => {
        const once = mergeManaged(current, wanted, {});
        const twice = mergeManaged(once.merged, wanted, once.applied);
        expect(twice).toEqual(once);
      }),
    );
  });
});
