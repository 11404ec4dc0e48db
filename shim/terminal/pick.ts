import * as util from 'node:util';
import { readTerminal } from '../environment/terminal.ts';
import { EXIT, Refusal } from '../system/exit.ts';
import { isInteractive } from './output.ts';

/** Something to choose: what it stands for, and its line in the list, without control characters. */
export type Choice<Value> = { readonly value: Value; readonly label: string };

/** How many lines of the list are on the screen at once. */
const SHOWN = 10;

/**
 * Whether a person can be asked to choose: on a terminal that moves its cursor, but not where a program types (CI). The
 * library needs Node's styles, which Node has since 20.12.
 */
export function canPick(): boolean {
  const { dumb, isCi } = readTerminal(process.env);
  return (
    process.stdin.isTTY === true && isInteractive() && !dumb && !isCi && typeof util.styleText === 'function'
  );
}

/**
 * Lets a person choose by typing words of a line, which may be in any order, and the arrow keys.
 * @throws Refusal if they choose nothing.
 */
export async function pick<Value>(question: string, choices: readonly Choice<Value>[]): Promise<Value> {
  const { autocomplete, isCancel } = await import('./prompts.ts');
  const options = choices.map(({ label }, index) => ({ value: index, label }));
  const picked = await autocomplete<number>({
    message: question,
    options,
    maxItems: SHOWN,
    placeholder: 'Type to search',
    filter: (search, { label = '' }) =>
      search
        .toLowerCase()
        .split(/\s+/)
        .every((word) => label.toLowerCase().includes(word)),
  });
  const choice = isCancel(picked) ? undefined : choices[picked];
  if (choice === undefined) throw nothingChosen();
  return choice.value;
}

/** Lets a person type a line. @throws Refusal if they type none. */
export async function askForLine(question: string): Promise<string> {
  const { text, isCancel } = await import('./prompts.ts');
  const typed = await text({ message: question });
  if (isCancel(typed) || !typed) throw nothingChosen();
  return typed;
}

function nothingChosen(): Refusal {
  return new Refusal(EXIT.refused, 'Nothing was chosen, and nothing was changed.');
}
