import { readSession } from '../../../shim/store/read.ts';
import { checkChats, mostAtOnce, Savings } from './chats.ts';
import { eventsOf, historyOf, namedIn, recordedIn } from './recorded.ts';
import type { Run } from './run.ts';
import type { PlannedStart } from './schedule.ts';
import type { Check, Violation } from './violation.ts';
import type { LightWorkspace } from './workspace.ts';

const NOBODY_CAN_TELL = 'It is unclear whether the prompt reached its thread';
/** What the shim says when it could not do its work, which nothing in a schedule justifies. */
const GIVEN_UP = /.*could not be (recorded|read|written|counted).*|.*could not prepare the start.*/;

/** Knows the truth about a workspace and Amp, and compares the shim's record with it. */
export class Oracle {
  readonly violations: Violation[] = [];
  readonly #workspace: LightWorkspace;
  readonly #savings = new Savings();
  /** Every prompt so far. */
  readonly #prompts = new Set<string>();
  /** What must not change while persistence is off; null while it is on. */
  #untouched: string | null = null;
  #receivedBefore = new Map<string, number>();
  /** Lines that were truncated by a crash. */
  #torn = 0;
  /** Threads that the agent opened itself, as far as the home's record of them can still name them. */
  #openedOn: string[] = [];
  /** Where Amp's own record has the agent of the start before. */
  #agentWasIn: string | null = null;

  constructor(workspace: LightWorkspace) {
    this.#workspace = workspace;
  }

  /** Notes a broken promise. */
  blame(check: Check, detail: string): void {
    this.violations.push({ check, detail });
  }

  /** Before a start: sets up Amp as planned and remembers what must not change. */
  before(start: PlannedStart): void {
    const { amp } = this.#workspace;
    const thread = this.#session()?.active?.thread;
    if (start.deleteBefore && thread !== undefined) amp.delete(thread);
    amp.setMood(start.amp);
    if (start.prompt !== '') this.#prompts.add(start.prompt);
    this.#agentWasIn = this.#workspace.agentThread;
    this.#untouched = start.persistence ? null : recordedIn(this.#workspace);
    this.#receivedBefore = new Map(this.#threads().map((id) => [id, amp.received(id).length]));
  }

  /** While the agent is in its thread and everything has been typed. */
  atRest(run: Run, start: PlannedStart): void {
    const rest = run.of('rest').at(-1);
    if (!start.persistence || rest === undefined) return;
    const active = this.#session()?.active?.thread ?? null;
    const continued = run.of('up').at(-1)?.thread ?? null;
    this.#checkFollowed(continued);
    if (active !== continued) {
      this.blame('the active thread changes for a reason', `in ${continued}, recorded is ${active}`);
    }
    if (start.prompt !== '' && start.lasts !== 'lost') this.#checkArrival(run, start, rest.thread);
    for (const thread of this.#openedOn) {
      if (!historyOf(this.#workspace).includes(thread))
        this.blame('no thread is lost', `${thread}, opened by the agent`);
    }
    const loaded = run.of('loaded').at(-1);
    const saved = continued === null ? [] : this.#savings.of(continued);
    if (saved.some((text, index) => loaded?.users[index] !== text)) {
      const detail = `${continued} came back with ${JSON.stringify(loaded?.users)}, not ${JSON.stringify(saved)}`;
      this.blame('no saved chat is lost', detail);
    }
  }

  /** After a start, when nothing is running. */
  after(run: Run, start: PlannedStart): void {
    if (run.of('crash').length > 0) this.#torn++;
    for (const report of run.of('saved')) this.#savings.add(report);
    this.#checkThreads();
    this.#checkRecord();
    this.#checkPrompts(start);
    this.violations.push(...checkChats(this.#workspace, this.#session(), run, this.#savings));
    if (mostAtOnce(run) > 1) this.blame('one AgentAPI', 'two were running at the same time');
    const givenUp = GIVEN_UP.exec(run.log);
    if (givenUp !== null) this.blame('the record is readable', givenUp[0]);
    if (this.#untouched !== null && this.#untouched !== recordedIn(this.#workspace)) {
      this.blame('off changes nothing', `it was ${this.#untouched} and is ${recordedIn(this.#workspace)}`);
    }
    this.#noteOpened(start);
  }

  #checkArrival(run: Run, { prompt, amp }: PlannedStart, thread: string | null): void {
    const { amp: servers } = this.#workspace;
    const received = thread === null ? [] : servers.together(thread).flatMap((id) => servers.received(id));
    if (received.includes(prompt)) return;
    // A person had left the thread that has it for one that is gone: what takes its place wasn't given it either.
    const chosen = this.#session()?.active?.chosen ?? null;
    const gone = chosen?.by === 'replaced' ? chosen.after : null;
    const left = gone === null ? [] : servers.together(gone).filter((id) => id !== gone);
    if (left.some((id) => servers.received(id).includes(prompt))) return;
    const couldNotAsk = amp === 'offline' || amp === 'flaky';
    // For all the shim knows, a person's message that is in no saved chat may be the prompt in another form.
    const unknown = received.some((text) => !this.#prompts.has(text));
    if (run.log.includes(NOBODY_CAN_TELL) && (couldNotAsk || unknown)) return;
    this.blame(
      'a prompt arrives',
      `${thread} has ${JSON.stringify(received)}, not ${JSON.stringify(prompt)}`,
    );
  }

  /**
   * I11: where the agent was last, the next one is; a message that it came back from may be reason enough to
   * be there instead.
   */
  #checkFollowed(continued: string | null): void {
    const { amp } = this.#workspace;
    const was = this.#agentWasIn;
    if (was === null || was === continued || amp.isDeleted(was)) return;
    const astray = amp.moved('returns').flatMap(([to, from]) => (from === was ? [to] : []));
    if (continued !== null && astray.includes(continued)) return;
    this.blame('the agent is followed', `it was in ${was} and is in ${continued}`);
  }

  #checkThreads(): void {
    const known = namedIn(this.#workspace);
    for (const thread of this.#workspace.amp.minted) {
      if (!known.includes(thread)) this.blame('no thread is lost', `${thread}, handed out by Amp`);
    }
  }

  #checkRecord(): void {
    let active: string | null = null;
    for (const event of eventsOf(this.#workspace)) {
      const { event: what } = event;
      if (what === 'thread') {
        const before: string | null = active;
        if (before !== null) {
          this.blame('the active thread changes for a reason', `${event.thread} took the place of ${before}`);
        }
        active = event.thread;
      } else if (what === 'replaced') {
        if (!this.#workspace.amp.isDeleted(event.thread)) {
          this.blame('the active thread changes for a reason', `${event.thread} was given up and exists`);
        }
        active = null;
      } else if (what === 'moved' && event.active) {
        const { from, to } = event;
        if (from !== null && !this.#workspace.amp.together(from).includes(to)) {
          this.blame('the active thread changes for a reason', `${to} took the place of ${from}`);
        }
        active = to;
      }
    }
    const now = this.#session()?.active?.thread ?? null;
    if (now !== active)
      this.blame('the record is readable', `the history says ${active}, the sum says ${now}`);
  }

  #checkPrompts({ prompt, say }: PlannedStart): void {
    for (const thread of this.#threads()) {
      const { amp } = this.#workspace;
      const received = amp.received(thread);
      const everywhere = amp.together(thread).flatMap((id) => amp.received(id));
      for (const text of this.#prompts) {
        const times = everywhere.filter((candidate) => candidate === text).length;
        if (times > 1)
          this.blame('a prompt arrives once', `${thread} has ${JSON.stringify(text)} ${times} times`);
      }
      const others = received
        .slice(this.#receivedBefore.get(thread) ?? 0)
        .filter((text) => text !== prompt && text !== say);
      if (others.length > 0)
        this.blame('a prompt arrives once', `${thread} was given ${JSON.stringify(others)}`);
    }
  }

  /** Amp's own record names one thread only: a later one hides an earlier one, which can't be helped. */
  #noteOpened({ persistence }: PlannedStart): void {
    const opened = this.#workspace.amp.opened.at(-1);
    const isNew = opened !== undefined && !this.#receivedBefore.has(opened);
    if (isNew) this.#openedOn = persistence ? [opened] : [];
  }

  #session() {
    const { session, unreadable, damagedLines } = readSession(this.#workspace.paths);
    if (unreadable.length > 0) this.blame('the record is readable', `not readable: ${unreadable}`);
    if (damagedLines > this.#torn) this.blame('the record is readable', `${damagedLines} damaged lines`);
    return session;
  }

  #threads(): string[] {
    const { amp } = this.#workspace;
    const moved = [...amp.moved('stays'), ...amp.moved('returns')].map(([to]) => to);
    return [...amp.minted, ...amp.opened, ...moved];
  }
}
