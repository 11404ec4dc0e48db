import { readTerminal } from '../environment/terminal.ts';
import { explained } from '../system/wait.ts';

/**
 * Shows on a terminal how long some work has been taking; elsewhere, says once what takes long.
 * @param what is being waited for, such as `Asking Amp`.
 */
export async function withProgress<T>(what: string, work: () => Promise<T>): Promise<T> {
  if (process.stderr.isTTY !== true || readTerminal(process.env).dumb)
    return explained(`${what}. This takes longer than 10 s.`, work);
  const begin = performance.now();
  const timer = setInterval(() => {
    process.stderr.write(`\r\u001b[K${what}… ${Math.round((performance.now() - begin) / 1_000)} s`);
  }, 1_000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    process.stderr.write('\r\u001b[K');
  }
}
