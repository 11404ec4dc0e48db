import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findThreadId, parseThreadId } from '../../../shim/amp/thread-id.ts';

const ID = 'T-0c5fa1a2-93ac-4d0b-b1c5-0e3f1f2a3b4c';
const OTHER = 'T-11111111-2222-4333-8444-555555555555';

describe('parseThreadId', () => {
  it.each([
    ['a bare ID', ID, ID],
    ['a line with its break', `${ID}\r\n`, ID],
    ['a URL', `https://ampcode.com/threads/${ID}`, ID],
    ['a URL on another server and port', `http://127.0.0.1:8080/threads/${ID}`, ID],
    ['a URL below a path', `https://proxy.example/amp/threads/${ID}`, ID],
    ['a URL with a query and a fragment', `https://ampcode.com/threads/${ID}?tab=1#top`, ID],
    ['capitals', ID.toUpperCase(), ID],
    ['nothing', '', null],
    ['a UUID without T-', ID.slice(2), null],
    ['a digit too few', ID.slice(0, -1), null],
    ['a digit too many', `${ID}0`, null],
    ['an option in front', `--mode ${ID}`, null],
    ['a URL of something else', `https://ampcode.com/users/${ID}`, null],
  ])('%s', (_name, text, expected) => {
    expect(parseThreadId(text)).toBe(expected);
  });

  it('gives an ID or nothing for any text', () => {
    const looksLikeOne = fc.stringMatching(/^[T-t0-9a-f/:-]{0,60}$/);
    fc.assert(
      fc.property(fc.oneof(fc.string(), looksLikeOne), (text) => {
        const id = parseThreadId(text);
        return id === null || /^T-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);
      }),
      { numRuns: 2_000 },
    );
  });

  it('finds any UUID in both forms', () => {
    fc.assert(
      fc.property(fc.uuid(), (uuid) => {
        const id = `T-${uuid}`;
        expect(parseThreadId(id)).toBe(id);
        expect(parseThreadId(`https://ampcode.com/threads/${id}`)).toBe(id);
      }),
    );
  });
});

describe('findThreadId', () => {
  it.each([
    ['the only line', `${ID}\n`, ID],
    ['a URL among notices', `A new version is out!\n\nhttps://ampcode.com/threads/${ID}\n`, ID],
    ['the same thread twice', `${ID}\nhttps://ampcode.com/threads/${ID}`, ID],
    ['two threads: no guess', `${ID}\n${OTHER}`, null],
    ['an ID within a sentence', `Thread ${ID} does not exist.`, null],
    ['nonsense', '<html>log in</html>', null],
  ])('%s', (_name, output, expected) => {
    expect(findThreadId(output)).toBe(expected);
  });
});
