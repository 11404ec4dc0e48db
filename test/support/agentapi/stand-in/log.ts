/** Writes a line to standard output in the format of Go's slog text handler, which AgentAPI uses. */
export function log(
  level: 'INFO' | 'WARN' | 'ERROR',
  message: string,
  values: Record<string, string | number> = {},
): void {
  const fields = { time: new Date().toISOString(), level, msg: message, ...values };
  process.stdout.write(`${Object.entries(fields).map(pair).join(' ')}\n`);
}

function pair([key, value]: [string, string | number]): string {
  const text = String(value);
  return `${key}=${/[\s"=]/.test(text) || text === '' ? JSON.stringify(text) : text}`;
}
