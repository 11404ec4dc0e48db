import { freePort } from '../../test/support/ports.ts';
import { newMachine, type Start, type Surroundings } from './machine.ts';
import type { Outcome, Scenario, Setting } from './scenarios.ts';

const PROMPT = 'fix it';

/**
 * Amp gave no thread, and the agent opened one itself, with the prompt: the next start captures it. It isn't
 * lost if Amp can't show it then (I3), and the prompt is not sent twice (I4). The agent is simulated here:
 * what Amp records in the home, and the thread at Amp.
 */
export const openedItself: Scenario = async (setting): Promise<Outcome> => {
  const { account } = setting;
  const machine = newMachine(setting);
  const at = { url: account.url, apiKey: account.apiKey };
  const starts: Start[] = [];
  const broken: string[] = [];
  const outcome = (word: string): Outcome => {
    const history = machine.history().map(({ event }) => event);
    return { word, broken, starts, history, amp: machine.calls };
  };
  try {
    await machine.configure(at);
    // Without Amp's record there is nothing to capture.
    if (!(await notesThreads(setting, at))) return outcome('no record');
    const offline = { ...at, url: `http://127.0.0.1:${await freePort()}` };
    starts.push(await machine.prepare(offline, PROMPT));
    const opened = account.addThread({ messages: [{ role: 'user', text: PROMPT }] });
    machine.noteThread(opened);
    await machine.amp(['threads', 'export', opened], { ...at, apiKey: 'sgamp_another' });
    starts.push(await machine.prepare({ ...at, apiKey: 'sgamp_another' }, PROMPT));
    const last = await machine.prepare(at, PROMPT);
    starts.push(last);
    if (last.thread !== opened) broken.push(`I3: the agent's own ${opened} was left for ${last.thread}`);
    if (starts.slice(1).some(({ sends }) => sends)) broken.push('I4: the prompt is sent again');
    return outcome(last.thread === opened ? 'captured' : 'lost');
  } finally {
    machine.dispose();
  }
};

/** Whether this version records its last thread in the home. */
async function notesThreads(setting: Setting, at: Surroundings): Promise<boolean> {
  const machine = newMachine(setting);
  try {
    await machine.amp(['threads', 'new'], at);
    return machine.lastThread() !== null;
  } finally {
    machine.dispose();
  }
}
