import type { SavedState } from './bench.ts';

const AT = '2026-01-02T03:04:05.678901234Z';

/** The state file of an earlier start, with one message from each side. */
export const savedChat = (initial_prompt: string, initial_prompt_sent: boolean): SavedState => ({
  version: 1,
  messages: [
    { id: 0, message: 'Welcome back then', role: 'agent', time: AT },
    { id: 1, message: 'earlier question', role: 'user', time: AT },
    { id: 2, message: 'earlier answer', role: 'agent', time: AT },
  ],
  initial_prompt,
  initial_prompt_sent,
});
