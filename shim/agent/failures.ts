/** What to do about an agent that has ended so often in a row right after its start, for a person. */
export function afterFailures(times: number): string {
  return `It has ended right after its start ${times} times in a row: 'amp-session logs' says why. If Amp can't open the thread, 'amp-session new' begins another ('--now' while it is being restarted).`;
}
