import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type AgentApiState, parseAgentApiState } from '../../../shim/agentapi/state-file.ts';
import { quietState } from '../../../shim/prompt/align.ts';
import { decideHandOver, decidePrompt } from '../../../shim/prompt/decide.ts';
import { promptEvidenceInExport, saidInChat } from '../../../shim/prompt/evidence.ts';
import { lettersSha256, promptSha256, REPORTING_PREFACE } from '../../../shim/prompt/identity.ts';

const sha256 = promptSha256('fix the bug');
const handed = [{ sha256, state: 'handed' as const }];
const delivered = [{ sha256, state: 'delivered' as const }];

describe('decidePrompt', () => {
  it.each([
    ['no prompt', null, handed, null, { do: 'nothing', because: 'no prompt' }],
    ['a first prompt', sha256, [], null, { do: 'send' }],
    ['delivered before', sha256, delivered, null, { do: 'nothing', because: 'delivered before' }],
    ['handed before', sha256, handed, null, { do: 'look' }],
    ['handed, and it arrived', sha256, handed, 'delivered', { do: 'nothing', because: 'delivered before' }],
    ['handed, and it did not arrive', sha256, handed, 'missing', { do: 'send' }],
    ['handed, and nobody can tell', sha256, handed, 'unclear', { do: 'withhold' }],
    ['handed, and Amp does not say', sha256, handed, 'unanswered', { do: 'ask on' }],
    ['a changed prompt is a new turn', promptSha256('and the tests'), delivered, null, { do: 'send' }],
  ] as const)('%s', (_name, wanted, records, evidence, expected) => {
    expect(decidePrompt(wanted, records, evidence)).toEqual(expected);
  });
});

const state = (change: Partial<AgentApiState> = {}): AgentApiState => ({
  version: 1,
  messages: [],
  initial_prompt: 'fix the bug',
  initial_prompt_sent: true,
  ...change,
});
const typed = { role: 'user', message: 'fix the bug' };

describe("evidence in AgentAPI's state", () => {
  it.each([
    ['no state', null, []],
    ['the message was typed', state({ messages: [typed] }), [sha256, lettersSha256('fix the bug')]],
    ['queued is not typed', state(), []],
    [
      "the agent's echo of it proves nothing",
      state({ messages: [{ role: 'agent', message: 'fix the bug' }] }),
      [],
    ],
  ] as const)('%s', (_name, given, expected) => {
    expect(saidInChat(given)).toEqual(expected);
  });

  it.each([
    '',
    '{',
    '[]',
    '{"version":2,"messages":[],"initial_prompt":"","initial_prompt_sent":false}',
    'null',
  ])('does not take %j for a state', (text) => {
    expect(parseAgentApiState(text)).toBeNull();
  });

  it('ignores the reporting instruction, which is the one in settings.tf', () => {
    expect(readFileSync('settings.tf', 'utf8')).toContain(`"${REPORTING_PREFACE} "`);
    expect(promptSha256(`${REPORTING_PREFACE} fix the bug`)).toBe(sha256);
  });

  it('ignores the white space that AgentAPI trims', () => {
    expect(promptSha256('\n fix the bug \n')).toBe(sha256);
  });
});

describe('quietState', () => {
  /**
   * AgentAPI's rule, coder/agentapi v0.12.1 loadStateLocked: what it sends on its own, given a state.
   */
  const sends = (loaded: AgentApiState): boolean =>
    loaded.initial_prompt !== '' && !loaded.initial_prompt_sent;

  it.each([
    ['', false],
    ['', true],
    ['a', false],
    ['a', true],
  ])('has AgentAPI send nothing on its own: %j, %s', (initial_prompt, initial_prompt_sent) => {
    const before = state({ initial_prompt, initial_prompt_sent });
    expect(sends(quietState(before) ?? before)).toBe(false);
  });

  it('keeps unknown fields', () => {
    const quiet = quietState({ ...state({ initial_prompt_sent: false }), later: { field: 1 } });
    expect(quiet).toMatchObject({ later: { field: 1 }, initial_prompt_sent: true });
  });
});

describe('decideHandOver', () => {
  it('gives a prompt to Amp itself, unless a loaded chat would show nothing of it', () => {
    expect(decideHandOver({ loadsChat: false, askOn: false, isTypable: true })).toBe('on stdin');
    expect(decideHandOver({ loadsChat: true, askOn: false, isTypable: true })).toBe('typed');
  });

  it('has it typed later where Amp has yet to say that the thread lacks it', () => {
    expect(decideHandOver({ loadsChat: false, askOn: true, isTypable: false })).toBe('typed');
  });

  it('never changes it: what can’t be typed goes to Amp itself', () => {
    expect(decideHandOver({ loadsChat: true, askOn: false, isTypable: false })).toBe('on stdin');
  });
});

describe("evidence in the thread's messages", () => {
  const exported = (messages: unknown) => ({
    exitCode: 0,
    timedOut: false,
    stdout: JSON.stringify({ messages }),
    stderr: 'A new version of Amp is out.',
  });
  const text = (value: string) => [{ type: 'text', text: value }];

  it.each([
    ['there', exported([{ role: 'user', content: text('fix the bug') }]), 'delivered'],
    ['an empty thread', exported([]), 'missing'],
    ['only what is known besides', exported([{ role: 'user', content: text('known before') }]), 'missing'],
    ['something that can’t be placed', exported([{ role: 'user', content: text('[pasted]') }]), 'unclear'],
    [
      'there, with other line ends',
      exported([{ role: 'user', content: text('fix\r\nthe bug') }]),
      'delivered',
    ],
    ['said by the agent', exported([{ role: 'assistant', content: text('fix the bug') }]), 'missing'],
    ['an unknown form', exported('none'), 'unclear'],
    ['no answer', { exitCode: undefined, timedOut: true, stdout: '', stderr: '' }, 'unanswered'],
    [
      'refused',
      { exitCode: 1, timedOut: false, stdout: '', stderr: 'Authentication required' },
      'unanswered',
    ],
  ] as const)('%s', (_name, run, expected) => {
    expect(promptEvidenceInExport(run, sha256, new Set([promptSha256('known before')]))).toBe(expected);
  });
});
