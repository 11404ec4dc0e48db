import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outcomeOf, reasonIn } from '../../../shim/amp/outcome.ts';
import { A, B } from '../../support/thread-record.ts';

const URL = 'https://ampcode.com/threads';

const failed = (stderr: string) => outcomeOf({ exitCode: 1, timedOut: false, stdout: '', stderr }, A);

describe('reasonIn', () => {
  const thread = 'T-0c5fa1a2-4290-4d0b-b1c5-0e3f14291b4c';
  const message = (status: number) =>
    `Failed to attach ${URL}/${thread}: API request for getThreadTail failed: ${status}`;

  it.each([
    [403, /refuse it to this account/],
    [429, /rate limit/],
  ])('knows status %i', (status, why) => {
    expect(reasonIn(message(status))).toMatch(why);
  });

  it('knows nothing of others, whatever digits the ID has', () => {
    expect(reasonIn(message(500))).toBe(null);
  });
});

describe('outcomeOf', () => {
  it('takes exit 0 as proof that the thread exists', () => {
    const run = { exitCode: 0, timedOut: false, stdout: '✓ Thread unarchived successfully', stderr: '' };
    expect(outcomeOf(run, A)).toEqual({ kind: 'ok' });
  });

  it.each([
    'Error: Failed to unarchive thread: Thread not found',
    'A warning before it.\nError: Failed to unarchive thread: Thread not found\n',
    `Thread http://127.0.0.1:1/threads/${A} does not exist.`,
    `Thread ${A} does not exist.`,
  ])('takes Amp at its word: %s', (output) => {
    expect(failed(output)).toEqual({ kind: 'gone' });
  });

  it.each([
    ['Error: Cannot reach Amp servers. Are you offline?', /can't be reached/],
    ['Unable to connect. Is the computer able to access the url?', /can't be reached/],
    ["Error: Not logged in. Run 'amp login' to authenticate.", /not logged in/],
    ['Authentication required', /not logged in/],
    ['Error creating thread: API key required. Please run `amp login` first.', /not logged in/],
    ['HTTP 429 Too Many Requests', /rate limit/],
    ['404 page not found', /unexpected.*404 page not found/],
    ['<html>Not Found</html>', /unexpected/],
    ['', /unexpected.*no output/],
    // Somebody else's words, or about something else.
    ['Slack thread 1699.22 not found', /unexpected/],
    ['Error: Thread not found', /unexpected/],
    ['thread main does not exist', /unexpected/],
    ['mcp-server: Failed to unarchive thread: Thread not found', /unexpected/],
    [`Thread ${URL}/${B} does not exist.`, /unexpected/],
    [`The log says: Thread ${URL}/${A} does not exist.`, /unexpected/],
  ])('is not sure of %j', (output, why) => {
    expect(failed(output)).toEqual({ kind: 'unsure', why: expect.stringMatching(why) });
  });

  it('is not sure of a call that was killed, even if it had said that the thread is gone', () => {
    const stderr = 'Error: Failed to unarchive thread: Thread not found';
    const run = { exitCode: undefined, timedOut: true, stdout: '', stderr };
    expect(outcomeOf(run, A)).toEqual({ kind: 'unsure', why: 'Amp did not answer in time' });
  });

  it('says so when there is no amp', () => {
    const run = { exitCode: undefined, timedOut: false, stdout: '', stderr: 'amp is not on the PATH' };
    expect(outcomeOf(run, A)).toEqual({
      kind: 'unsure',
      why: 'amp could not be run (amp is not on the PATH)',
    });
  });

  it("never concludes that a thread is gone without Amp's exact words", () => {
    const output = fc.string().filter((text) => !/thread/i.test(text));
    fc.assert(
      fc.property(output, fc.integer({ min: 1, max: 255 }), (text, exitCode) => {
        return outcomeOf({ exitCode, timedOut: false, stdout: '', stderr: text }, A).kind === 'unsure';
      }),
    );
  });
});
