/** Twenty keys of every shape: as chat bridges make them, and as they come in bad dreams. */
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

/** Five messages for a key, numbered from `from` on. They are short: the stub repeats 40 characters. */
export function messagesOf(key: string, from: number): readonly string[] {
  const short = KEYS.indexOf(key);
  return Array.from({ length: 5 }, (_, index) => `message ${from + index} to key ${short}`);
}
