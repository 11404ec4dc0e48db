const UNITS = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** How long ago something was, in the largest unit that fits: `5 minutes ago`, or `5m ago` if `narrow`. */
export function ago(iso: string, now: Date, style: 'long' | 'narrow' = 'long'): string {
  const seconds = Math.round((now.getTime() - Date.parse(iso)) / 1_000);
  if (!Number.isFinite(seconds)) return iso;
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  // The time may lie ahead if the clock was set back: 'in 5 minutes'.
  return seconds === 0
    ? 'now'
    : new Intl.RelativeTimeFormat('en', { style }).format(-Math.trunc(seconds / size), unit);
}

/** A time for people, in UTC: `2026-11-21 09:02:10Z`. */
export function absolute(iso: string): string {
  return iso.replace('T', ' ').replace(/\.\d+Z$/, 'Z');
}

/** Milliseconds in an age such as `30d`, `12h` or `8w`; null for anything else. */
export function parseAge(text: string): number | null {
  const [, count, unit] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  const size = { m: 60, h: 3_600, d: 86_400, w: 7 * 86_400 }[unit as 'm' | 'h' | 'd' | 'w'];
  return count === undefined || size === undefined ? null : Number(count) * size * 1_000;
}
