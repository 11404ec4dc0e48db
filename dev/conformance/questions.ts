import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { terminalIdentity } from '../../shim/agent/terminal-identity.ts';
import { ampFolders } from '../../shim/amp/folders.ts';
import { openedSince } from '../../shim/amp/opened.ts';
import { terminalRecord } from '../../shim/amp/terminal-record.ts';
import type { ThreadId } from '../../shim/amp/thread-id.ts';
import { isReady } from '../../test/support/amp/screen.ts';
import { HANG_MS } from '../../test/support/limits.ts';
import { openTerminal, type Terminal } from '../../test/support/terminal.ts';
import { waitUntil } from '../../test/support/wait.ts';
import { processesOf } from '../../test/support/workspace/machine.ts';
import { talkUnderAgentapi } from './agent.ts';
import { isRecording } from './install.ts';
import { type Machine, newMachine, type Surroundings } from './machine.ts';
import type { Outcome, Scenario, Setting } from './scenarios.ts';

const UNKNOWN = 'T-11111111-1111-4111-8111-111111111111';
/** The agent's own terminal, by the name that start.sh gives it. */
const TERMINAL = terminalIdentity('/home/coder', 'main');
/** Milliseconds; a version that the stand-in can't lead to the end of a turn waits for ever. */
const TURN_MS = 10_000;

/** The answer to a question, and what is wrong with it. */
type Answer = { readonly word: string; readonly broken?: readonly string[] };

function ask(story: (machine: Machine, at: Surroundings, setting: Setting) => Promise<Answer>): Scenario {
  return async (setting): Promise<Outcome> => {
    const machine = newMachine(setting);
    const { url, apiKey } = setting.account;
    try {
      await machine.configure({ url, apiKey });
      const { word, broken = [] } = await story(machine, { url, apiKey }, setting);
      return { word, broken, starts: [], history: [], amp: machine.calls };
    } finally {
      machine.dispose();
    }
  };
}

/** 1. Does an environment variable tell the thread's ID, to whoever started Amp or to Amp's tools? */
export const environmentVariable = ask(async (machine, at) => {
  const thread = await newThread(machine, at);
  const terminal = openTerminal('amp', ['threads', 'continue', thread], {
    cwd: machine.workdir,
    env: { ...machine.environment(at), SHELL: '/bin/bash' },
  });
  try {
    await terminal.until(isReady);
    const agents = processesOf(machine.home).filter(({ args }) => args.includes(thread));
    const told = agents.some(
      ({ pid }) => namesIn(readFileSync(`/proc/${pid}/environ`, 'utf8'), thread).length > 0,
    );
    // Up to 2026-05 a leading '$' runs a shell command as a tool; later it is an ordinary message. If typed
    // too early, it is plain text.
    const file = join(machine.home, 'tool-environment');
    for (const keys of ['$', `env -0 >${file}`, '\r']) {
      await standsStill(terminal);
      terminal.type(keys);
    }
    await waitUntil('the tool or the screen', async () => ({
      done: contentOf(file) !== '' || terminal.screen().includes('I heard:'),
      seen: terminal.screen(),
    }));
    const names = namesIn(contentOf(file), thread);
    const broken = told || agents.length === 0 ? ['the agent itself has the ID in its environment'] : [];
    return { word: names.includes('AMP_CURRENT_THREAD_ID') ? 'tools only' : 'not the agent', broken };
  } finally {
    await terminal.close();
  }
});

const Init = z.looseObject({
  type: z.literal('system'),
  subtype: z.literal('init'),
  session_id: z.string().startsWith('T-'),
});

/** 2. Does `--stream-json` tell it? */
export const streamJson = ask(async (machine, at, { patient }) => {
  const limit = patient ? HANG_MS : TURN_MS;
  const { exitCode, stdout } = await machine.amp(['-x', 'hello', '--stream-json'], at, limit);
  const [first = ''] = stdout.split('\n');
  if (Init.safeParse(parse(first)).success) return { word: 'init event' };
  return { word: exitCode === undefined ? 'no end here' : 'no' };
});

/** 3. Does `threads list` tell which thread is this workspace's? */
export const threadsList = ask(async (machine, at, { account }) => {
  const elsewhere = account.addThread();
  const json = await machine.amp(['threads', 'list', '--json'], at);
  const text = json.exitCode === 0 ? json : await machine.amp(['threads', 'list'], at);
  const form = Array.isArray(parse(json.stdout)) ? 'JSON' : 'text';
  return { word: `${form}, ${text.stdout.includes(elsewhere) ? 'the account' : 'own'}` };
});

/** 4. What happens with an ID that doesn't exist, and can the error be trusted? */
export const unknownId = ask(async (machine, at, { account }) => {
  const says = async (thread: string, where: Surroundings) => {
    const { exitCode, stdout, stderr } = await machine.amp(['threads', 'continue', thread], where);
    return exitCode === 1 && /does not exist/.test(stdout + stderr);
  };
  const invalid = await machine.amp(['threads', 'continue', 'bogus'], at);
  const unknown = await says(UNKNOWN, at);
  const untrue = await says(account.addThread(), { ...at, apiKey: 'sgamp_another' });
  const broken = invalid.exitCode === 1 ? [] : ['an invalid ID is not refused'];
  return { word: `${unknown ? 'refused' : 'opened'}${untrue ? ', untrue' : ''}`, broken };
});

/** 5. Does `threads continue <id>` work headless under AgentAPI? */
export const underAgentapi = ask(async (machine, at, { account }) => {
  const start = await machine.prepare(at);
  if (start.thread === null) return { word: 'no thread' };
  const talk = await talkUnderAgentapi(machine, start, at, account);
  if (talk.thread !== start.thread) return { word: 'no', broken: [`the message went to ${talk.thread}`] };
  return { word: talk.sent === 1 ? 'yes' : 'yes, sent twice' };
});

/** 6. Does Amp keep the records by which the agent is followed? */
export const followedBy = ask(async (machine, at, { account, version }) => {
  const [first, thread] = [account.addThread(), account.addThread()];
  const folders = ampFolders(machine.home);
  const named = () => terminalRecord(folders, machine.workdir, TERMINAL)?.thread ?? null;
  const begin = Date.now();
  for (const id of [first, thread]) {
    const terminal = openTerminal('amp', ['threads', 'continue', id], {
      cwd: machine.workdir,
      env: { ...machine.environment(at), TERM_SESSION_ID: TERMINAL },
    });
    try {
      await terminal.until(isReady);
      for (const keys of ['hello', '\r']) {
        await standsStill(terminal);
        terminal.type(keys);
      }
      await waitUntil("Amp's threads", async () => ({
        done: (account.threads.get(id)?.messages.length ?? 0) > 0,
        seen: terminal.screen(),
      }));
      await standsStill(terminal);
      if (isRecording(version) && named() !== id)
        return { word: 'nothing', broken: [`I11: Amp's record of the terminal names ${named()}, not ${id}`] };
    } finally {
      await terminal.close();
    }
  }
  if (named() === thread) return { word: 'terminal' };
  return {
    word: openedSince(folders, (_name, at) => at >= begin).includes(thread as ThreadId) ? 'home' : 'nothing',
  };
});

async function newThread(machine: Machine, at: Surroundings): Promise<string> {
  const { thread, said } = await machine.prepare(at);
  if (thread === null) throw new Error(`No thread to ask with: ${said}`);
  return thread;
}

/**
 * Waits until the screen has been the same for 20 checks (one second): from then on, keys have their usual
 * effect.
 */
async function standsStill(terminal: Terminal): Promise<void> {
  let last = '';
  let same = 0;
  await waitUntil('a screen that stands still', async () => {
    const now = terminal.screen();
    same = now === last ? same + 1 : 0;
    last = now;
    return { done: same >= 20, seen: now };
  });
}

function contentOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Names of the variables that contain the thread's ID, in an environment as read from /proc. */
function namesIn(environment: string, thread: string): string[] {
  return environment
    .split('\0')
    .filter((entry) => entry.includes(thread))
    .map((entry) => entry.slice(0, entry.indexOf('=')));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
