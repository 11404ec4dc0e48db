import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { explained } from '../../../shim/system/wait.ts';
import { withProgress } from '../../../shim/terminal/progress.ts';

let said = '';
/** What is being waited for, and what ends that. */
let held: Promise<void>;
let end: () => void;
const hold = () => {
  held = new Promise((resolve) => {
    end = resolve;
  });
};
beforeEach(() => {
  said = '';
  vi.useFakeTimers();
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    said += chunk;
    return true;
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it.each([
  ['explained', () => explained('The prompt waits for Amp.', () => held), 'The prompt waits for Amp.'],
  ['a command without a terminal', () => withProgress('Asking Amp', () => held), 'Asking Amp. '],
])(
  'a wait of more than 10 s is explained once while it lasts, a shorter one is not: %s',
  async (_, wait, words) => {
    hold();
    const short = wait();
    await vi.advanceTimersByTimeAsync(9_999);
    end();
    await short;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(said).toBe('');

    hold();
    const long = wait();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(said.split(words)).toHaveLength(2);
    end();
    await long;
  },
);
