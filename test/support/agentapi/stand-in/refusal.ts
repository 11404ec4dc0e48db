/** What the stand-in ends with: a message for standard error and exit status 1, as AgentAPI's own errors do. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  /**
   * @param causes what lies behind it, outermost first; printed one below the other as AgentAPI's error chain is.
   */
  constructor(message: string, ...causes: string[]) {
    super([message, ...causes.map((cause) => `  - ${cause.replaceAll('\n', '\n    ')}`)].join(':\n'));
  }
}
