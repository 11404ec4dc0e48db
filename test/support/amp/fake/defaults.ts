import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { recordLastThread } from './private-record.ts';
import type { FakeAnswer, FakeMessage } from './script.ts';

/**
 * What the real `amp` (2026-09) answers to a command if nothing fails.
 * @param words the command without global options. @param receivedFile messages of every thread so far.
 * @param record keeps a message that a headless turn brings.
 * @returns null if the command opens the agent on the terminal.
 */
export function defaultAnswer(
  words: readonly string[],
  receivedFile: string,
  record: (thread: string, message: string) => void,
): FakeAnswer | null {
  const prompt = executePrompt(words);
  const [first, second, third = ''] = words;
  if (first === 'threads' && second === 'continue')
    return prompt === null ? null : headless(idOf(third), prompt, record);
  if (first !== 'threads') {
    if (first === '--version' || first === 'version')
      return { stdout: '0.0.0-fake (a stand-in for tests)\n' };
    return prompt === null ? null : headless(`T-${randomUUID()}`, prompt, record);
  }
  const thread = idOf(words.at(-1) ?? '');
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
    case 'rename':
      return { stdout: `✓ Thread ${third} renamed to ${JSON.stringify(words[3] ?? '')}\n` };
    case 'delete':
      return { stdout: `✓ Thread ${thread} deleted\n` };
    case 'list':
    case 'search':
      return { stdout: '[]\n' };
    default:
      return { stderr: `Error: the fake amp knows no '${words.join(' ')}'\n`, exitCode: 1 };
  }
}

function headless(
  thread: string,
  prompt: string,
  record: (thread: string, message: string) => void,
): FakeAnswer {
  record(thread, prompt);
  return { stdout: `I heard: ${prompt.split('\n')[0] ?? ''}\n` };
}

function executePrompt(words: readonly string[]): string | null {
  const at = words.findIndex((word) => word === '-x' || word === '--execute');
  return at < 0 ? null : (words[at + 1] ?? '');
}

/** The ID in a thread's ID or URL. */
function idOf(thread: string): string {
  return thread.split('/').at(-1) ?? thread;
}

function exported(receivedFile: string, thread: string): object[] {
  let lines: string[];
  try {
    lines = readFileSync(receivedFile, 'utf8').split('\n').slice(0, -1);
  } catch {
    return [];
  }
  return lines
    .map((line) => JSON.parse(line) as FakeMessage)
    .filter((message) => message.thread === thread)
    .map(({ message }) => ({ role: 'user', content: [{ type: 'text', text: message }] }));
}
