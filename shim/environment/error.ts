/** One or more environment variables are missing or malformed; the message names each. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}
