import { existsSync } from 'node:fs';
import { ChaosOracle } from './chaos-oracle.ts';
import { historyOf } from './recorded.ts';
import type { Run } from './run.ts';
import type { PlannedRunnerStart } from './runner-schedule.ts';
import type { RunnerWorkspace } from './runner-workspace.ts';

const NOBODY_CAN_TELL = 'It is unclear whether the prompt reached';

/** The oracle of a workspace whose only Amp is a runner. */
export class RunnerOracle extends ChaosOracle<PlannedRunnerStart> {
  readonly #workspace: RunnerWorkspace;
  /** The key's own thread before the start, or when it was last looked at. */
  #own: string | null = null;
  /** What the runner was called when the key's own threads were first seen, and in the start before. */
  readonly #madeIn = new Map<string, string>();
  #nameBefore = '';

  constructor(workspace: RunnerWorkspace) {
    super(workspace);
    this.#workspace = workspace;
  }

  /** Before a start, once everything around it is as planned. */
  override before(start: PlannedRunnerStart): void {
    super.before(start);
    this.#note(this.session().active?.thread ?? null, this.#nameBefore);
    this.#nameBefore = this.#workspace.name;
  }

  /** While the runner runs and has done all that it was asked to. */
  override atRest(run: Run, start: PlannedRunnerStart): void {
    const { name, threads } = run.of('serving').at(-1) ?? { name: '', threads: [] as string[] };
    if (!start.persistence) {
      if (name === this.#workspace.name) this.blame('off changes nothing', `it runs as ${name}`);
      if (threads.length > 0) this.blame('off changes nothing', `it serves ${threads}`);
      return;
    }
    if (name !== this.#workspace.name)
      this.blame('it is the same runner', `it runs as ${name}, not as ${this.#workspace.name}`);
    const own = this.session().active?.thread ?? null;
    this.#checkOwn(own);
    const { running, ended } = this.#wanted();
    const wanted = [...running, ...(own !== null && this.#isServable(own, start) ? [own] : [])];
    const missing = wanted.filter((thread) => !threads.includes(thread));
    if (missing.length > 0)
      this.blame('it serves what it was asked to', `it serves ${threads}, without ${missing}`);
    const revived = ended.filter((thread) => threads.includes(thread));
    if (revived.length > 0) this.blame('what a person ended stays ended', `it serves ${revived}`);
    // Where Amp's file is lost, so is the folder that a thread was in: it may be served in the runner's own.
    const asked = this.#workspace.accepted.map(({ thread }) => thread);
    const strange = threads.filter((thread) => !wanted.includes(thread) && !asked.includes(thread));
    if (strange.length > 0) this.blame('it serves what it was asked to', `it serves ${strange}, too`);
    if (own !== null && start.prompt !== '') this.#checkArrival(run, start, own);
  }

  /** After a start, when nothing is running. @param whole whether it came to rest and was stopped in order. */
  override after(run: Run, start: PlannedRunnerStart, whole: boolean): void {
    super.after(run, start, whole);
    const { accepted, amp } = this.#workspace;
    if (whole && start.persistence) {
      for (const { thread } of accepted)
        if (!historyOf(this.#workspace).includes(thread))
          this.blame('no thread is lost', `${thread}, served`);
    }
    this.session();
    for (const thread of amp.minted) this.checkOnce(thread, amp.received(thread));
  }

  /** The key's own thread is served whatever a person has archived, unless Amp's commands fail. */
  #isServable(own: string, { amp }: PlannedRunnerStart): boolean {
    const staysArchived = amp !== 'ok' && this.#workspace.isArchived(own);
    return !this.#workspace.amp.isDeleted(own) && !staysArchived;
  }

  #note(own: string | null, name: string): void {
    this.#own = own;
    if (own !== null && !this.#madeIn.has(own)) this.#madeIn.set(own, name);
  }

  #checkOwn(own: string | null): void {
    const was = this.#own;
    const copied = was !== null && this.#madeIn.get(was) !== this.#workspace.name;
    this.#note(own, this.#workspace.name);
    if (copied && own !== null && own === was)
      this.blame('what a person ended stays ended', `a copied home goes on in ${own}`);
    if (copied || was === null || was === own || this.#workspace.amp.isDeleted(was)) return;
    this.blame('the active thread changes for a reason', `${own} took the place of ${was}`);
  }

  /** What the runner of this name has been asked to serve and hasn't been asked to stop. */
  #wanted(): { readonly running: readonly string[]; readonly ended: readonly string[] } {
    const last = new Map(this.#workspace.accepted.map((one) => [one.thread, one]));
    const all = [...last.values()];
    const isEnded = (thread: string, desired: string) =>
      desired === 'stopped' || this.#workspace.isArchived(thread) || this.#workspace.amp.isDeleted(thread);
    return {
      running: all
        .filter(({ thread, desired, folder }) => !isEnded(thread, desired) && existsSync(folder))
        .map(({ thread }) => thread),
      ended: all.filter(({ thread, desired }) => isEnded(thread, desired)).map(({ thread }) => thread),
    };
  }

  #checkArrival(run: Run, { prompt, amp }: PlannedRunnerStart, own: string): void {
    if (this.#workspace.amp.received(own).includes(prompt)) return;
    // While Amp's commands fail, it is asked again and again, or held back.
    if (amp !== 'ok' || run.log.includes(NOBODY_CAN_TELL)) return;
    this.blame('a prompt arrives', `${own} has ${this.#workspace.amp.received(own)}, not ${prompt}`);
  }
}
