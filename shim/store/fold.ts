import type { ThreadId } from '../amp/thread-id.ts';
import { type SessionEvent, threadGivenBy } from './events.ts';
import { HandedPrompts } from './handed.ts';
import { type Session, threadIn, threadsOf } from './session.ts';
import {
  newRecord,
  type PromptRecord,
  type ThreadRecord,
  takeAlong,
  withPrompt,
  withTold,
} from './thread-record.ts';

/**
 * The session after more events. Fields that this version does not know are kept.
 * @param session is not changed.
 */
export function applyEvents(session: Session, events: readonly SessionEvent[]): Session {
  const fold = new Fold(session);
  for (const event of events) fold.apply(event);
  return fold.session;
}

/** Folds events one by one, on its own copy of the session and its map of threads. */
export class Fold {
  readonly #session: Session;
  readonly #others: Map<ThreadId, ThreadRecord>;
  #handed: HandedPrompts | null = null;

  constructor(session: Session) {
    this.#others = new Map(session.others);
    this.#session = { ...session, others: this.#others };
  }

  /** The session so far; not a copy, so it is to be used only when all events are in. */
  get session(): Session {
    return this.#session;
  }

  /**
   * Leaves out the least recently used threads, which only the history has then. Those that were handed a prompt stay.
   * @param most how many others to keep.
   */
  leaveOutOldest(most: number): ThreadId[] {
    const out: ThreadId[] = [];
    let excess = this.#others.size - most;
    for (const [thread, { prompts }] of this.#others) {
      if (excess-- <= 0) break;
      if (!prompts.some(({ state }) => state === 'handed')) out.push(thread);
    }
    for (const thread of out) this.#others.delete(thread);
    this.#set({ older: this.#session.older + out.length });
    return out;
  }

  /** Takes the next line's event. */
  apply(event: SessionEvent): void {
    if (event.seq <= this.#session.seq) {
      this.#keepThreadOf(event);
    } else {
      this.#apply(event);
      this.#set({ seq: event.seq });
    }
  }

  /** Written by a process that had lost the record's lock: it decides nothing, but no thread is dropped (I2). */
  #keepThreadOf(event: SessionEvent): void {
    const [thread] = threadGivenBy(event);
    if (thread === undefined || threadIn(this.#session, thread) !== null) return;
    const { workdir } = event as SessionEvent & { event: 'thread' | 'moved' | 'served' };
    const [origin, parent = null] =
      event.event === 'thread'
        ? [event.origin, event.parent]
        : ([event.event === 'served' ? 'served' : 'moved'] as const);
    this.#others.set(thread, newRecord(thread, origin, parent, workdir, event.at));
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
      case 'moved':
        this.#move(event);
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
      case 'prompt-handed':
        this.#update(event.thread, (record) => {
          const launch = { handed: this.#session.launched?.at ?? event.at, late: true, onStdin: false };
          return { ...record, prompts: withPrompt(record.prompts, event.prompt.sha256, 'handed', launch) };
        });
        break;
      case 'told':
        this.#update(event.thread, (record) => ({
          ...record,
          prompts: withTold(record.prompts, event.prompt),
        }));
        break;
      case 'prompt-delivered':
        this.#deliver(event);
        break;
      case 'named':
        this.#update(event.thread, (record) => ({ ...record, name: event.name }));
        break;
      case 'titled':
        this.#update(event.thread, (record) => ({ ...record, title: event.title }));
        break;
      case 'forgotten':
        this.#others.delete(event.thread);
        this.#unserve(event.thread);
        break;
      case 'runner':
        this.#set({ runner: { name: event.name, workspace: event.workspace, workdir: event.workdir } });
        break;
      case 'served':
        this.#serve(event);
        break;
      case 'unserved':
        this.#unserve(event.thread);
        break;
      case 'not-captured':
        this.#set({ opening: null });
        break;
      case 'copied':
        this.#set({ workspace: event.to, launched: null, opening: null });
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
    Object.assign(this.#session, changes);
  }

  #add(event: SessionEvent & { event: 'thread' }): void {
    const { thread, at } = event;
    const known = this.#session.active?.thread === thread || this.#others.has(thread);
    // What the agent was given, and what AgentAPI saved, before the agent opened a thread itself, belongs to
    // that thread.
    const opening = event.origin === 'captured' ? this.#session.opening : null;
    if (event.origin === 'captured') {
      this.#set({ chat: thread });
      const { launched } = this.#session;
      if (launched !== null) this.#set({ launched: { ...launched, now: thread } });
    }
    if (!known) {
      const record = {
        ...newRecord(thread, event.origin, event.parent ?? null, event.workdir, at),
        starts: opening === null ? 0 : 1,
        lastStart: opening?.at ?? null,
        prompts: opening?.prompts ?? [],
      };
      this.#others.set(thread, record);
      this.#handed?.note(record);
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
    // The previous thread's prompts are not for this one, which keeps its own. If the previous one is gone,
    // this one is to get them, except those that weren't for the previous one either.
    const elsewhere = before?.prompts ?? vacated?.prompts.filter(({ state }) => state === 'waived') ?? [];
    const waived = elsewhere.filter(({ sha256 }) => !next.prompts.some((own) => own.sha256 === sha256));
    const prompts = [...next.prompts, ...waived.map(({ sha256 }) => ({ sha256, state: 'waived' as const }))];
    this.#set({
      active: { ...next, since: at, chosen, lastUsed: at, ended: null, prompts },
      opening: null,
      vacated: null,
    });
  }

  #move({ from, to, when, workdir, evidence, active, owner }: SessionEvent & { event: 'moved' }): void {
    const { launched } = this.#session;
    if (launched !== null) this.#set({ launched: { ...launched, now: to, moved: when } });
    if (owner !== undefined) return;
    if (this.#session.active?.thread !== to && !this.#others.has(to)) {
      this.#others.set(to, newRecord(to, 'moved', from, workdir, when));
    }
    // Its work goes on where the agent is.
    this.#update(to, (record) => ({ ...record, workdir }));
    const left = from === null ? null : threadIn(this.#session, from);
    if (left !== null && launched !== null)
      this.#update(to, (record) => takeAlong(left, record, launched.at));
    if (active && this.#session.active?.thread !== to) {
      this.#activate(to, when, { by: 'moved', after: from, reason: evidence });
    }
  }

  #serve({ thread, folder, workdir, at }: SessionEvent & { event: 'served' }): void {
    if (this.#session.active?.thread !== thread && !this.#others.has(thread))
      this.#others.set(thread, newRecord(thread, 'served', null, folder ?? workdir, at));
    this.#update(thread, (record) => ({ ...record, workdir: folder ?? workdir }));
    const served = this.#session.served.map((one) => (one.thread === thread ? { thread, folder } : one));
    const known = served.some((one) => one.thread === thread);
    this.#set({ served: known ? served : [...served, { thread, folder }] });
  }

  #unserve(thread: ThreadId): void {
    this.#set({ served: this.#session.served.filter((one) => one.thread !== thread) });
  }

  /** One thread certainly has the prompt: no other that it might have gone to in the same launch does. */
  #deliver({ thread, sha256, meant }: SessionEvent & { event: 'prompt-delivered' }): void {
    const promptOf = (record: ThreadRecord | null) =>
      record?.prompts.find((prompt) => prompt.sha256 === sha256);
    const handed = promptOf(threadIn(this.#session, thread))?.handed ?? this.#session.launched?.at;
    const settle = (at: ThreadId, state: PromptRecord['state']) =>
      this.#update(at, (record) => ({ ...record, prompts: withPrompt(record.prompts, sha256, state) }));
    settle(thread, 'delivered');
    this.#handed ??= new HandedPrompts(threadsOf(this.#session));
    for (const other of new Set([...this.#handed.threadsWith(sha256, handed), meant])) {
      if (other === undefined || other === thread) continue;
      const prompt = promptOf(threadIn(this.#session, other));
      const isSame = prompt?.handed === handed || other === meant;
      if (prompt?.state === 'handed' && isSame) settle(other, 'waived');
    }
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
      const changed = change(active);
      this.#set({ active: changed });
      this.#handed?.note(changed);
      return;
    }
    const record = this.#others.get(thread);
    if (record === undefined) return;
    const changed = change(record);
    if (changed.lastUsed !== record.lastUsed) this.#others.delete(thread);
    this.#others.set(thread, changed);
    this.#handed?.note(changed);
  }

  #launch(event: SessionEvent & { event: 'launched' }): void {
    const { at, thread, workdir, terminal = null } = event;
    this.#set({ launched: { at, thread, workdir, terminal, now: thread, moved: null } });
    if (event.workspace !== undefined) this.#set({ workspace: event.workspace });
    const prompts = (before: ThreadRecord['prompts']) =>
      event.prompt === null
        ? [...before]
        : withPrompt(before, event.prompt.sha256, 'handed', {
            handed: event.at,
            late: false,
            onStdin: event.prompt.onStdin ?? false,
          });
    if (event.thread === null) {
      const { lastSeen } = event;
      this.#set({ opening: { at, workdir, lastSeen, prompts: prompts([]) } });
      return;
    }
    const { active } = this.#session;
    if (active?.thread !== event.thread) return;
    const started = {
      ...active,
      workdir,
      starts: active.starts + 1,
      lastStart: event.at,
      lastStartFile: event.fileTime,
      lastUsed: event.at,
      prompts: prompts(active.prompts),
    };
    this.#set({ active: started, opening: null });
    this.#handed?.note(started);
  }
}
