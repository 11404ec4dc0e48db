// A scripted agent for the contract suite: draws an input box as Amp does, takes bracketed paste, answers
// every submitted text, and records what reaches it (echo-record.ts reads that).
//
//   echo-agent <record> [options]
//     --hold    show a line without a box until SIGUSR2
//     --blank   show nothing until SIGUSR2
//     --exit N  show a line and end with status N on SIGUSR2
//     --think   keep the screen changing, at first and after each text, until SIGUSR2
//     --deaf    ignore SIGINT
import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';

const PASTE = '\x1b[200~';
const PASTE_END = '\x1b[201~';

const [record = '', ...options] = process.argv.slice(2);
const has = (option: string): boolean => options.includes(option);
const isHolding = (): boolean => ['--hold', '--blank', '--exit'].some(has);
const note = (event: object): void => appendFileSync(record, `${JSON.stringify(event)}\n`);

const chat: string[] = ['Welcome to the echo agent'];
let input = '';
let pasting = false;
let pieces = 0;
let thinking: NodeJS.Timeout | undefined;

function draw(...lines: string[]): void {
  // In one write, so that nobody sees a half-drawn screen.
  process.stdout.write(`\x1b[2J\x1b[H${lines.join('\r\n')}\r\n`);
}

function drawBox(): void {
  const inside = `> ${input.length} characters in ${pieces} pieces`;
  draw(...chat, '', `╭${'─'.repeat(46)}╮`, `│ ${inside.padEnd(44)} │`, `╰${'─'.repeat(46)}╯`);
}

/** Far more often than AgentAPI calls a screen stable (2 s without a change). */
function think(): void {
  let thoughts = 0;
  thinking ??= setInterval(() => draw(...chat, `Thinking ${++thoughts}`), 50);
}

/** Shows the text's first words, as agents do, and an answer unique to that text. */
function submit(): void {
  if (input.startsWith('exit ')) process.exit(Number(input.slice('exit '.length)));
  const digest = createHash('sha256').update(input).digest('hex').slice(0, 8);
  chat.push(`> ${input.split('\n')[0]?.slice(0, 40)}`, `Answer ${chat.length}: ${digest}`);
  input = '';
  if (has('--think')) think();
}

function take(text: string): void {
  for (const char of text) {
    if (pasting || (char !== '\r' && char !== '\b')) input += char;
    else if (char === '\r') submit();
    else input = input.slice(0, -1);

    const mark = pasting ? PASTE_END : PASTE;
    if (char !== '~' || !input.endsWith(mark)) continue;
    input = input.slice(0, -mark.length);
    if (pasting) pieces++;
    pasting = !pasting;
  }
}

process.stdin.setRawMode(true);
process.stdin.setEncoding('utf8');
process.stdin.on('data', (text: string) => {
  note({ input: text });
  take(text);
  if (!isHolding()) drawBox();
});
process.on('SIGINT', () => {
  note({ signal: 'SIGINT' });
  if (!has('--deaf')) process.exit(0);
});
process.on('SIGUSR2', () => {
  if (has('--exit')) process.exit(Number(options[options.indexOf('--exit') + 1]));
  if (has('--think')) {
    clearInterval(thinking);
    thinking = undefined;
  } else options.length = 0;
  drawBox();
});
const { columns, rows } = process.stdout;
note({ started: { pid: process.pid, columns, rows, term: process.env['TERM'] } });
if (has('--blank')) process.stdout.write('\x1b[2J\x1b[H');
else if (isHolding()) draw('Thread T-0 does not exist.');
else drawBox();
if (has('--think')) think();
