import type { ThreadId } from '../amp/thread-id.ts';
import type { SessionEvent } from './events.ts';
import type { Session } from './session.ts';
import { type ThreadRecord, withPrompt } from './thread-record.ts';

/**
 * The session after more events. Fields that this version does not know stay as they are.
 * @param session is not changed.
 */
export function applyEvents(session: Session, events: readonly SessionEvent[]): Session {
  const fold = new Fold(session);
  for (const event of events) fold.apply(event);
  return fold.session;
}

/**
 * Whether an event is about a thread that is recorded, and only the history knows how. With ten thousand threads a start reads the
 * few that were used last.
 */
export function needsOlder(session: Session, event: SessionEvent): boolean {
  if (session.older === 0) return false;
  // A thread that Amp has just made is in no record.
  if (event.event === 'thread' && (event.origin === 'new' || event.origin === 'forked')) return false;
  const thread = event.event === 'switched' ? event.to : 'thread' in event ? event.thread : null;
  return (
    typeof thread === 'string' && session.active?.thread !== thread && !session.others.has(thread as ThreadId)
  );
}

/** Adds up events one by one; its map of threads is its own. */
class Fold {
  #session: Session;
  readonly #others: Map<ThreadId, ThreadRecord>;

  constructor(session: Session) {
    this.#others = new Map(session.others);
    this.#session = { ...session, others: this.#others };
  }

  get session(): Session {
    return this.#session;
  }

  apply(event: SessionEvent): void {
    this.#apply(event);
    this.#set({ seq: event.seq });
  }

  #apply(event: SessionEvent): void {
    switch (event.event) {
      case 'thread':
        this.#add(event);
        break;
      case 'switched':
        this.#activate(event.to, event.at, { by: event.by, after: event.from, reason: null });
        break;
      case 'replaced':
        this.#replace(event);
        break;
      case 'launched':
        this.#launch(event);
        break;
      case 'sent':
        this.#update(event.thread, (record) => ({
          ...record,
          sends: record.sends + 1,
          lastUsed: event.at,
          prompts:
            event.prompt === null
              ? record.prompts
              : withPrompt(record.prompts, event.prompt.sha256, 'handed'),
        }));
        break;
      case 'prompt-delivered':
        this.#update(event.thread, (record) => ({
          ...record,
          prompts: withPrompt(record.prompts, event.sha256, 'delivered'),
        }));
        break;
      case 'named':
        this.#update(event.thread, (record) => ({ ...record, name: event.name }));
        break;
      case 'titled':
        this.#update(event.thread, (record) => ({ ...record, title: event.title }));
        break;
      case 'forgotten':
        this.#others.delete(event.thread);
        break;
      case 'not-captured':
        this.#set({ opening: null });
        break;
      case 'chat-moving':
        this.#set({
          chatMove: { from: event.from, to: event.to, aside: event.aside, back: event.back },
        });
        break;
      case 'chat-moved':
        this.#set({ chat: event.of, chatMove: null });
        break;
    }
  }

  #set(changes: Partial<Session>): void {
    this.#session = { ...this.#session, ...changes };
  }

  #add(event: SessionEvent & { event: 'thread' }): void {
    const { thread, at } = event;
    const known = this.#session.active?.thread === thread || this.#others.has(thread);
    // What the agent was given, and what AgentAPI saved, before it opened a thread itself belongs to that thread.
    const opening = event.origin === 'captured' ? this.#session.opening : null;
    if (event.origin === 'captured') this.#set({ chat: thread });
    if (!known) {
      this.#others.set(thread, {
        thread,
        origin: event.origin,
        parent: event.parent ?? null,
        name: null,
        title: null,
        workdir: event.workdir,
        created: at,
        since: null,
        starts: opening === null ? 0 : 1,
        lastStart: opening?.at ?? null,
        sends: 0,
        lastUsed: at,
        prompts: opening?.prompts ?? [],
        chosen: null,
        ended: null,
      });
    }
    const { vacated } = this.#session;
    const chosen =
      vacated === null ? null : { by: 'replaced' as const, after: vacated.thread, reason: vacated.reason };
    if (this.#session.active === null) this.#activate(thread, at, chosen);
  }

  #activate(thread: ThreadId, at: string, chosen: ThreadRecord['chosen']): void {
    const next = this.#others.get(thread);
    if (next === undefined) return;
    const before = this.#session.active;
    const vacated =
      this.#session.vacated === null ? undefined : this.#others.get(this.#session.vacated.thread);
    this.#retire(null);
    this.#others.delete(thread);
    // The prompts of the thread before are not for this one; its own it keeps. In place of one that is gone it gets them anew, but for
    // those that were not for that one either.
    const elsewhere = before?.prompts ?? vacated?.prompts.filter(({ state }) => state === 'waived') ?? [];
    const waived = elsewhere.filter(({ sha256 }) => !next.prompts.some((own) => own.sha256 === sha256));
    const prompts = [...next.prompts, ...waived.map(({ sha256 }) => ({ sha256, state: 'waived' as const }))];
    this.#set({
      active: { ...next, since: at, chosen, lastUsed: at, ended: null, prompts },
      opening: null,
      vacated: null,
    });
  }

  #replace({ thread, at, reason }: SessionEvent & { event: 'replaced' }): void {
    if (this.#session.active?.thread !== thread) return;
    this.#retire({ at, reason });
    this.#set({ vacated: { thread, reason } });
  }

  #retire(ended: ThreadRecord['ended']): void {
    const { active } = this.#session;
    if (active === null) return;
    this.#others.set(active.thread, { ...active, ended: ended ?? active.ended });
    this.#set({ active: null });
  }

  #update(thread: ThreadId, change: (record: ThreadRecord) => ThreadRecord): void {
    const { active } = this.#session;
    if (active?.thread === thread) {
      this.#set({ active: change(active) });
      return;
    }
    const record = this.#others.get(thread);
    if (record === undefined) return;
    const changed = change(record);
    if (changed.lastUsed !== record.lastUsed) this.#others.delete(thread);
    this.#others.set(thread, changed);
  }

  #launch(event: SessionEvent & { event: 'launched' }): void {
    this.#set({ launched: { at: event.at, thread: event.thread } });
    const prompts = (before: ThreadRecord['prompts']) =>
      event.prompt === null
        ? [...before]
        : withPrompt(before, event.prompt.sha256, 'handed', { handed: event.at });
    if (event.thread === null) {
      const { at, workdir, lastSeen } = event;
      this.#set({ opening: { at, workdir, lastSeen, prompts: prompts([]) } });
      return;
    }
    const { active } = this.#session;
    if (active?.thread !== event.thread) return;
    this.#set({
      active: {
        ...active,
        starts: active.starts + 1,
        lastStart: event.at,
        lastUsed: event.at,
        prompts: prompts(active.prompts),
      },
      opening: null,
    });
  }
}
