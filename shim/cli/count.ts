import { EXIT, Refusal } from '../system/exit.ts';
import type { CommandLine } from './parse.ts';

/**
 * Reads an option that counts something.
 * @throws Refusal for anything but a whole number.
 */
export function readCount(command: CommandLine, option: string, fallback: number): number {
  const text = command.value(option);
  if (text === null) return fallback;
  if (!/^\d{1,6}$/.test(text)) throw new Refusal(EXIT.usage, `--${option} must be a whole number.`);
  return Number(text);
}
