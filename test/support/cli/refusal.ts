import { expect } from 'vitest';

/** How a command ends that prints nothing and says why. @param why a part of that, or what it matches. */
export const refusal = (exitCode: number, why: string | RegExp) => ({
  exitCode,
  stdout: '',
  stderr: typeof why === 'string' ? expect.stringContaining(why) : expect.stringMatching(why),
});
