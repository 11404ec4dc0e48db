import { readFileSync } from 'node:fs';

/** Where `--help` asks for it, prints the comment that the tool's file begins with, and ends the process. */
export function helpIfAsked(): void {
  const [, main = '', ...words] = process.argv;
  if (!words.includes('--help') && !words.includes('-h')) return;
  const [comment = ''] = /^(?:\/\/.*\n)+/.exec(readFileSync(main, 'utf8')) ?? [];
  console.log(comment.replaceAll(/^\/\/ ?/gm, '').trim());
  process.exit(0);
}
