import { type AmpServer, type Behaviour, behaviours } from '../../test/support/amp/server.ts';
import { freePort } from '../../test/support/ports.ts';
import { type AmpCall, type Machine, newMachine, type Start, type Surroundings } from './machine.ts';

/** What a scenario runs with: one version of Amp, and its own account. */
export type Setting = {
  readonly version: string;
  readonly ampFolder: string;
  readonly account: AmpServer;
  /** Whether to give Amp as long as it takes, for a machine that may be busy: I5 is not checked then. */
  readonly patient: boolean;
};

export type Outcome = {
  /** For the table: what the shim made of it. */
  readonly word: string;
  /** Promises that did not hold; hopefully none. */
  readonly broken: readonly string[];
  readonly starts: readonly Start[];
  /** The events of the first machine's history, by name. */
  readonly history: readonly unknown[];
  /** The bare CLI in the same situation. */
  readonly amp: readonly AmpCall[];
};

/**
 * One column of the table.
 * @throws only if the harness itself fails; a version's faults are in the outcome.
 */
export type Scenario = (setting: Setting) => Promise<Outcome>;

/**
 * How long one `prepare` may take here, in milliseconds. AgentAPI has to answer within 15 s of the start
 * script's start (I5), and a profile may take 3 s of that.
 */
const BUDGET_MS = 12_000;
/** After this many milliseconds, the bare CLI counts as hung: every version answers in a quarter of it. */
const HANGS_MS = 8_000;

const NEW = ['threads', 'new'];
const unarchive = (thread: string | null) =>
  thread === null ? [] : [['threads', 'archive', '--unarchive', thread]];

/** The life of one machine: the results of its starts, and what was wrong with them. */
class Life {
  readonly machine: Machine;
  readonly starts: Start[] = [];
  readonly broken: string[] = [];
  readonly #patient: boolean;

  constructor(setting: Setting) {
    this.machine = newMachine(setting);
    this.#patient = setting.patient;
  }

  /** One start. Whatever happens, the agent is launched (I9), in time (I5). */
  async start(name: string, at: Surroundings): Promise<Start> {
    const start = await this.machine.prepare(at);
    this.starts.push(start);
    this.expect(
      start.exitCode === 0 && start.plan.at(-1) === 'end',
      `I9: ${name}: the agent is not launched`,
    );
    const inTime = this.#patient || start.milliseconds < BUDGET_MS;
    this.expect(inTime, `I5: ${name}: prepare took ${start.milliseconds} ms`);
    return start;
  }

  /**
   * A first start with everything in order; on a busy machine Amp may not answer in time, and the next start
   * asks again.
   */
  async cold(at: Surroundings): Promise<Start> {
    await this.machine.configure(at);
    let start = await this.start('cold', at);
    for (let again = 0; again < 2 && start.thread === null; again++) start = await this.start('cold', at);
    return start;
  }

  /** Asks the CLI itself. */
  async ask(commands: readonly (readonly string[])[], at: Surroundings): Promise<void> {
    await Promise.all(commands.map((args) => this.machine.amp(args, at, HANGS_MS)));
  }

  expect(holds: boolean, promise: string): void {
    if (!holds) this.broken.push(promise);
  }

  outcome(word: string): Outcome {
    const history = this.machine.history().map(({ event }) => event);
    return { word, broken: this.broken, starts: this.starts, history, amp: this.machine.calls };
  }
}

/** Runs a machine through its life, and removes it. */
async function live(
  setting: Setting,
  story: (life: Life, at: Surroundings) => Promise<string>,
): Promise<Outcome> {
  const life = new Life(setting);
  const { url, apiKey } = setting.account;
  try {
    return life.outcome(await story(life, { url, apiKey }));
  } finally {
    setting.account.behave(behaviours.ok);
    life.machine.dispose();
  }
}

/**
 * Nothing is recorded: the thread comes from `amp threads new`, or the agent opens one itself if that fails.
 */
export const cold: Scenario = (setting) =>
  live(setting, async (life, at) => {
    const { thread } = await life.cold(at);
    await life.ask([NEW], at);
    if (thread === null) {
      const gives = life.machine.calls.some(
        ({ exitCode, stdout }) => exitCode === 0 && /T-[0-9a-f-]{36}/.test(stdout),
      );
      life.expect(!gives, 'Amp hands out threads, and the agent is started without one');
      return 'own thread';
    }
    life.expect(
      setting.account.threads.has(thread),
      'the agent is started in a thread that Amp does not have',
    );
    life.expect(recorded(life.machine, thread), 'I1: the thread is not in the history');
    return life.starts.length === 1 ? 'new' : `new, start ${life.starts.length}`;
  });

/** The same volume again: the same thread. */
export const warm: Scenario = (setting) =>
  live(setting, async (life, at) => {
    const { thread } = await life.cold(at);
    return staysIn(life, thread, at, 'warm');
  });

/** The thread was deleted at Amp: another takes its place, and it stays in the history. */
export const missing: Scenario = (setting) =>
  live(setting, async (life, at) => {
    const { thread } = await life.cold(at);
    if (thread === null) return 'own thread';
    setting.account.removeThread(thread);
    let next = await life.start('missing', at);
    // On a busy machine a slow version may exceed the timeout; the next start checks again.
    for (let again = 0; again < 2 && next.thread === thread; again++) next = await life.start('missing', at);
    await life.ask(unarchive(thread), at);
    life.expect(recorded(life.machine, thread), 'I2: the old thread is not in the history');
    if (next.thread === thread) return 'kept';
    life.expect(
      next.thread !== null && setting.account.threads.has(next.thread),
      'the deleted thread was replaced by none',
    );
    return 'replaced';
  });

/** The thread was archived: it is unarchived and continued. */
export const archived: Scenario = (setting) =>
  live(setting, async (life, at) => {
    const { thread } = await life.cold(at);
    const kept = thread === null ? undefined : setting.account.threads.get(thread);
    if (kept !== undefined) kept.archived = true;
    const word = await staysIn(life, thread, at, 'archived');
    await life.ask(unarchive(thread), at);
    return kept === undefined || kept.archived ? word : 'unarchived';
  });

export const offline = failing(async ({ account }) => ({
  url: `http://127.0.0.1:${await freePort()}`,
  apiKey: account.apiKey,
}));

export const keyRefused = failing(async ({ account }) => ({ url: account.url, apiKey: 'sgamp_another' }));

export const noKey = failing(async ({ account }) => ({ url: account.url, apiKey: null }));

/** Amp's servers accept everything and never answer. */
export const slow = failing(behaving(behaviours.hang));

/** Amp's servers, or a proxy in front of them, answer everything with an error. */
export const status500 = failing(behaving(behaviours.status(500)));

/** A proxy in front of Amp's servers answers everything with 'not found'. */
export const status404 = failing(behaving(behaviours.status(404, '<html>Thread not found</html>')));

/**
 * A scenario in which Amp can't be asked. That must not change the thread (I3), and a first start still gets
 * its agent.
 * @param fail causes the failure and returns the environment for it.
 */
function failing(fail: (setting: Setting) => Promise<Surroundings>): Scenario {
  return (setting) =>
    live(setting, async (life, at) => {
      const { thread } = await life.cold(at);
      const failure = await fail(setting);
      const word = await staysIn(life, thread, failure, 'warm');
      const first = new Life(setting);
      try {
        await first.start('a first start', failure);
        await life.ask([NEW, ...unarchive(thread)], failure);
        setting.account.behave(behaviours.ok);
        await staysIn(life, thread, at, 'back again');
        const later = await first.start('a first start, back again', at);
        life.expect(
          thread === null || later.thread !== null,
          'a workspace that began in the failure gets no thread afterwards',
        );
        return word;
      } finally {
        life.starts.push(...first.starts);
        life.broken.push(...first.broken);
        first.machine.dispose();
      }
    });
}

function behaving(behaviour: Behaviour) {
  return async ({ account }: Setting): Promise<Surroundings> => {
    account.behave(behaviour);
    return { url: account.url, apiKey: account.apiKey };
  };
}

async function staysIn(life: Life, thread: string | null, at: Surroundings, name: string): Promise<string> {
  const next = await life.start(name, at);
  if (thread === null) return 'own thread';
  life.expect(next.thread === thread, `I3: ${name}: ${thread} was left for ${next.thread}`);
  // If a version was too slow, its answer has not been judged.
  return next.said.includes('did not answer in time') ? 'same, unanswered' : 'same';
}

function recorded({ history }: Machine, thread: string): boolean {
  return history().some((event) => event['thread'] === thread);
}
