import { randomUUID } from 'node:crypto';
import { linesIn } from '../../lines.ts';
import { recordLastThread } from './private-record.ts';
import type { FakeAnswer, FakeMessage } from './script.ts';

/**
 * What the real `amp` (2026-09) answers to a command if nothing fails.
 * @param words the command without global options. @param receivedFile messages of every thread so far.
 * @returns null if the command opens the agent on the terminal.
 */
export function defaultAnswer(words: readonly string[], receivedFile: string): FakeAnswer | null {
  const [first, second, third] = words;
  if (first === '--version' || first === 'version') return { stdout: '0.0.0-fake (a stand-in for tests)\n' };
  if (first !== 'threads' || second === 'continue') return null;
  const thread = words.at(-1) ?? '';
  switch (second) {
    case 'new': {
      const id = `T-${randomUUID()}`;
      recordLastThread(id);
      return { stdout: `${process.env['AMP_URL'] ?? 'https://ampcode.com'}/threads/${id}\n` };
    }
    case 'archive':
      return { stdout: `✓ Thread ${third === '--unarchive' ? 'un' : ''}archived successfully\n` };
    case 'export':
      return { stdout: `${JSON.stringify({ id: thread, messages: exported(receivedFile, thread) })}\n` };
    case 'list':
    case 'search':
      return { stdout: '[]\n' };
    default:
      return { stderr: `Error: the fake amp knows no '${words.join(' ')}'\n`, exitCode: 1 };
  }
}

function exported(receivedFile: string, thread: string): object[] {
  return linesIn(receivedFile)
    .map((line) => JSON.parse(line) as FakeMessage)
    .filter((message) => message.thread === thread)
    .map(({ message }) => ({ role: 'user', content: [{ type: 'text', text: message }] }));
}
