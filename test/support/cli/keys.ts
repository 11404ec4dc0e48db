/** Twenty keys of every kind, from those of chat bridges to nightmares. */
export const KEYS: readonly string[] = [
  'telegram:652',
  'telegram:653',
  'discord:thread:abc',
  'discord:thread:ABC',
  'Discord:thread:abc',
  'plain',
  'PLAIN',
  'with a space',
  ' with a space',
  'a/slash',
  'a-slash',
  '/etc/passwd',
  '..',
  '../..',
  '.hidden',
  'emoji 🙂👩‍👩‍👧',
  'é composed',
  'é composed'.normalize('NFD'),
  `${'long-'.repeat(29)}tail1`,
  `${'long-'.repeat(29)}tail2`,
];

/**
 * `count` messages for a key, numbered from `from`. They are short because the stub repeats only 40 characters.
 */
export function messagesOf(key: string, from: number, count: number): readonly string[] {
  const short = KEYS.indexOf(key);
  return Array.from({ length: count }, (_, index) => `message ${from + index} to key ${short}`);
}
