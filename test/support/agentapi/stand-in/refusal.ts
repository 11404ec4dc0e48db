/** Ends the stand-in with a message on standard error and exit status 1, like AgentAPI's own errors. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  /**
   * @param causes outermost first; printed one per line, like AgentAPI's error chain.
   */
  constructor(message: string, ...causes: string[]) {
    super([message, ...causes.map((cause) => `  - ${cause.replaceAll('\n', '\n    ')}`)].join(':\n'));
  }
}
