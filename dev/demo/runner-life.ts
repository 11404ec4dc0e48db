import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AmpServer, textOf } from '../../test/support/amp/server.ts';
import { waitUntil } from '../../test/support/wait.ts';
import type { Workspace } from '../../test/support/workspace/workspace.ts';
import type { Teller } from './teller.ts';

/** A runner as Amp's servers see it after one start, and the prompts that its own thread has. */
type Run = { readonly name: string; readonly threads: readonly string[]; readonly prompts: number };

/** The life of a workspace whose only Amp is a runner (`enable_runner`). */
export class RunnerLife {
  readonly #tell: Teller;
  readonly #amp: AmpServer;
  readonly #workspace: Workspace;
  readonly #name: string;
  readonly #prompt: string;

  /** @param name of the runner, and @param prompt of its thread, as the template gives them. */
  constructor(tell: Teller, amp: AmpServer, workspace: Workspace, name: string, prompt: string) {
    this.#tell = tell;
    this.#amp = amp;
    this.#workspace = workspace;
    this.#name = name;
    this.#prompt = prompt;
  }

  /** Lives it. @returns what was seen, start by start. */
  async live() {
    const tell = this.#tell;
    tell.chapter('Cold start', 'nothing is recorded yet; the template gives a prompt');
    await this.#start();
    const [own = ''] = await this.#serves(1);
    await this.#prompted(own);
    tell.fact(`Amp handed out ${own}; it was on the volume before the runner served it`);
    tell.fact(`the thread has the prompt: "${this.#prompt}"`);
    const cold = this.#seen(own);

    tell.chapter("A thread on Amp's site", 'somebody begins one there, for this runner');
    const web = this.#amp.addThread();
    this.#amp.runners.ask(this.#name, web);
    await this.#serves(2);
    await this.#runsIn(web);

    tell.chapter('The machine dies', 'every process is killed; a new container, the same volume');
    this.#workspace.crash();
    await this.#start();
    await this.#serves(2);
    tell.fact(`'${this.#name}' is back and serves both threads`);
    await this.#runsIn(web);
    const crashed = this.#seen(own);
    tell.check(crashed.prompts === 1, 'the prompt was not sent again', 'the prompt was sent again');

    tell.chapter("Amp's own file is damaged", 'cut off in the middle; Amp alone would forget all threads');
    await this.#stop();
    const file = this.#ampFile();
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 60));
    await this.#start();
    await this.#serves(2);
    tell.fact('both threads are served, from the record');
    const damaged = this.#seen(own);

    tell.chapter('A thread is archived at Amp', 'that is how a person ends it');
    await this.#stop();
    const thread = this.#amp.threads.get(web);
    if (thread !== undefined) thread.archived = true;
    await this.#start();
    await this.#serves(1);
    tell.fact('it is not served any more, and stays in the history');
    await this.#stop();

    tell.chapter('Persistence off', 'enable_state_persistence = false');
    await this.#workspace.change({ enable_state_persistence: false });
    await this.#start();
    const fresh = await this.#another();
    tell.check(fresh.threads.length === 0, `'${fresh.name}' serves nothing`, 'it serves a thread');
    await this.#stop();

    tell.chapter('On again', 'enable_state_persistence = true');
    await this.#workspace.change({ enable_state_persistence: true });
    await this.#start();
    await this.#serves(1);
    const onAgain = this.#seen(own);
    tell.check(onAgain.threads[0] === own, 'the runner of the beginning is back, in its thread', 'it is not');
    await this.#stop();
    return { own, web, cold, crashed, damaged, off: fresh, onAgain };
  }

  async #start(): Promise<void> {
    await this.#tell.step('terraform apply, then every start script at once', () => this.#workspace.start());
  }

  async #stop(): Promise<void> {
    await this.#tell.step('the stop scripts run, and everything that is not on the volume goes', async () => {
      await this.#workspace.stop();
      await this.#workspace.deprovision();
    });
    const isGone = this.#amp.runners.registered.size === 0;
    this.#tell.check(isGone, 'the runner is unregistered', 'the runner is still registered');
  }

  /** Waits until the runner serves so many threads. */
  #serves(count: number): Promise<readonly string[]> {
    return this.#tell.step('the runner registers', () =>
      waitUntil('the threads that the runner serves', async () => {
        const seen = this.#amp.runners.registered.get(this.#name)?.servedThreadIds ?? [];
        return { done: seen.length === count, seen };
      }),
    );
  }

  async #another(): Promise<Omit<Run, 'prompts'>> {
    return waitUntil('a runner of another name', async () => {
      const [runner] = [...this.#amp.runners.registered.values()].filter(({ id }) => id !== this.#name);
      return {
        done: runner !== undefined,
        seen: { name: runner?.id ?? '', threads: runner?.servedThreadIds ?? [] },
      };
    });
  }

  async #prompted(thread: string): Promise<void> {
    await waitUntil('the prompt', async () => ({ done: this.#prompts(thread) > 0, seen: null }));
  }

  /** Has somebody write in a thread on Amp's site. */
  async #runsIn(thread: string): Promise<void> {
    const said = () => this.#amp.threads.get(thread)?.messages.map(textOf) ?? [];
    const before = said().length;
    this.#amp.say(thread, 'run: pwd');
    const all = await waitUntil('the answer', async () => ({
      done: said().length === before + 2,
      seen: said(),
    }));
    const isHere = all.at(-1)?.includes(this.#workspace.workdir) === true;
    this.#tell.check(isHere, `what is written there runs in ${this.#workspace.workdir}`, 'it ran elsewhere');
  }

  #seen(own: string): Run {
    const threads = this.#amp.runners.registered.get(this.#name)?.servedThreadIds ?? [];
    return { name: this.#name, threads, prompts: this.#prompts(own) };
  }

  #prompts(thread: string): number {
    return this.#amp.threads.get(thread)?.messages.filter((one) => textOf(one) === this.#prompt).length ?? 0;
  }

  #ampFile(): string {
    const folder = join(this.#workspace.home, '.local/share/amp/runner');
    return join(folder, readdirSync(folder).find((name) => name.endsWith('.json')) ?? '');
  }
}
