import leven from 'leven';
import { EXIT, Refusal } from '../system/exit.ts';
import { COMMANDS, type CommandName } from './spec.ts';

/** Other programs' words for the same commands. */
const ALIASES: { readonly [word: string]: CommandName } = {
  ls: 'list',
  resume: 'continue',
  rm: 'forget',
  switch: 'use',
};

/** How many letters of a word may be wrong, missing or swapped before it means nothing known. */
const LIKELY = 2;

/**
 * The command that a word names.
 * @throws Refusal for any other word, with the command that may be meant.
 */
export function commandNamed(word: string): CommandName {
  if (Object.hasOwn(COMMANDS, word)) return word as CommandName;
  const other = Object.hasOwn(ALIASES, word) ? ALIASES[word] : undefined;
  if (other !== undefined) return other;
  const what = word.startsWith('-')
    ? `Options come after the command, as in 'amp-session list ${word}'.`
    : `Unknown command '${word}'.${didYouMean(word, [...Object.keys(COMMANDS), ...Object.keys(ALIASES)])}`;
  throw new Refusal(EXIT.usage, `${what} See 'amp-session --help'.`);
}

/** A sentence that offers the word that a mistyped one is nearest to, with a space in front; empty if none is near. */
export function didYouMean(typed: string, words: readonly string[]): string {
  const near = words.map((word) => ({ word, away: leven(typed, word) })).sort((a, b) => a.away - b.away)[0];
  return near !== undefined && near.away <= LIKELY ? ` Did you mean '${near.word}'?` : '';
}
