import * as util from 'node:util';
import { readTerminal } from '../environment/terminal.ts';
import { isInteractive } from './output.ts';

/** Colours only on a terminal, and never with NO_COLOR (https://no-color.org). */
function isColourful(): boolean {
  const { dumb, noColour } = readTerminal(process.env);
  return isInteractive() && !dumb && !noColour;
}

/** Node has styles since 20.12; on older versions the text stays plain. */
const styled = (style: Parameters<typeof util.styleText>[0]) => (text: string) =>
  isColourful() && typeof util.styleText === 'function' ? util.styleText(style, text) : text;

/** An address that terminals open (OSC 8); others show the text alone. Expects one without control characters. */
export function linked(url: string): string {
  const isLinkable = isInteractive() && !readTerminal(process.env).dumb;
  return isLinkable ? `\u001b]8;;${url}\u001b\\${url}\u001b]8;;\u001b\\` : url;
}

/** Styles for parts of a table. */
export const paint = {
  bold: styled('bold'),
  dim: styled('dim'),
  green: styled('green'),
  yellow: styled('yellow'),
  red: styled('red'),
};
