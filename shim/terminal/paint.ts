import * as util from 'node:util';
import { readTerminal } from '../environment/terminal.ts';
import { isInteractive } from './output.ts';

/** Colours on a terminal only, and none with NO_COLOR (https://no-color.org). */
function isColourful(): boolean {
  const { dumb, noColour } = readTerminal(process.env);
  return isInteractive() && !dumb && !noColour;
}

/** Node's own colours, since 20.12; an older Node goes without. */
const styled = (style: Parameters<typeof util.styleText>[0]) => (text: string) =>
  isColourful() && typeof util.styleText === 'function' ? util.styleText(style, text) : text;

/** How parts of a table are painted. */
export const paint = {
  bold: styled('bold'),
  dim: styled('dim'),
  green: styled('green'),
  yellow: styled('yellow'),
  red: styled('red'),
};
