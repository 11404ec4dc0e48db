import { ChaosOracle } from './chaos-oracle.ts';
import { checkChats, mostAtOnce, Savings } from './chats.ts';
import { eventsOf, historyOf } from './recorded.ts';
import type { Run } from './run.ts';
import type { PlannedStart } from './schedule.ts';
import type { LightWorkspace } from './workspace.ts';

const NOBODY_CAN_TELL = 'It is unclear whether the prompt reached its thread';

/** The oracle of a workspace whose agent runs under AgentAPI. */
export class Oracle extends ChaosOracle<PlannedStart> {
  readonly #workspace: LightWorkspace;
  readonly #savings = new Savings();
  #receivedBefore = new Map<string, number>();
  /** Threads that the agent opened itself, as far as the home's record of them can still name them. */
  #openedOn: string[] = [];
  /** Where Amp's own record has the agent of the start before. */
  #agentWasIn: string | null = null;

  constructor(workspace: LightWorkspace) {
    super(workspace);
    this.#workspace = workspace;
  }

  /** Before a start: sets up Amp as planned and remembers what must not change. */
  override before(start: PlannedStart): void {
    const { amp } = this.#workspace;
    const thread = this.session()?.active?.thread;
    if (start.deleteBefore && thread !== undefined) amp.delete(thread);
    amp.setMood(start.amp);
    super.before(start);
    this.#agentWasIn = this.#workspace.agentThread;
    this.#receivedBefore = new Map(this.#threads().map((id) => [id, amp.received(id).length]));
  }

  /** While the agent is in its thread and everything has been typed. */
  override atRest(run: Run, start: PlannedStart): void {
    const rest = run.of('rest').at(-1);
    if (!start.persistence || rest === undefined) return;
    const active = this.session()?.active?.thread ?? null;
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
  override after(run: Run, start: PlannedStart, whole: boolean): void {
    for (const report of run.of('saved')) this.#savings.add(report);
    super.after(run, start, whole);
    this.#checkRecord();
    this.#checkPrompts(start);
    this.violations.push(...checkChats(this.#workspace, this.session(), run, this.#savings));
    if (mostAtOnce(run) > 1) this.blame('one AgentAPI', 'two were running at the same time');
    this.#noteOpened(start);
  }

  #checkArrival(run: Run, { prompt, amp }: PlannedStart, thread: string | null): void {
    const { amp: servers } = this.#workspace;
    const received = thread === null ? [] : servers.together(thread).flatMap((id) => servers.received(id));
    if (received.includes(prompt)) return;
    // A person had left the thread that has it for one that is gone: what takes its place wasn't given it either.
    const chosen = this.session()?.active?.chosen ?? null;
    const gone = chosen?.by === 'replaced' ? chosen.after : null;
    const left = gone === null ? [] : servers.together(gone).filter((id) => id !== gone);
    if (left.some((id) => servers.received(id).includes(prompt))) return;
    const couldNotAsk = amp === 'offline' || amp === 'flaky';
    // For all the shim knows, a person's message that is in no saved chat may be the prompt in another form.
    const unknown = received.some((text) => !this.prompts.has(text));
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
    const now = this.session()?.active?.thread ?? null;
    if (now !== active)
      this.blame('the record is readable', `the history says ${active}, the sum says ${now}`);
  }

  #checkPrompts({ prompt, say }: PlannedStart): void {
    for (const thread of this.#threads()) {
      const { amp } = this.#workspace;
      const received = amp.received(thread);
      const everywhere = amp.together(thread).flatMap((id) => amp.received(id));
      this.checkOnce(thread, everywhere);
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

  #threads(): string[] {
    const { amp } = this.#workspace;
    const moved = [...amp.moved('stays'), ...amp.moved('returns')].map(([to]) => to);
    return [...amp.minted, ...amp.opened, ...moved];
  }
}
