/**
 * A text without what would move the cursor, colour the terminal or turn the writing direction: keys, names,
 * titles, paths and the words of other programs come from elsewhere.
 */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
}
