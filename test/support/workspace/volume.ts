import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../wait.ts';

/** The home folder of a workspace, which survives its stops. */
export class Volume {
  readonly home: string;

  constructor(home: string) {
    this.home = home;
  }

  /** The work folder in which the agent runs. */
  get workdir(): string {
    return join(this.home, 'project');
  }

  /** The module's folder on the volume. */
  get stateFolder(): string {
    return join(this.home, '.coder-modules/coder-labs/sourcegraph-amp');
  }

  /** AgentAPI's own folder in it. */
  get agentApiFolder(): string {
    return join(this.stateFolder, 'agentapi');
  }

  /** Removes all that is on it, while nothing runs: the next start of the same template is a first one. */
  empty(): void {
    for (const name of readdirSync(this.home)) rmSync(join(this.home, name), { recursive: true });
  }

  /** The contents of a file in the module's folder, empty if there is none. */
  read(name: string): string {
    const path = join(this.stateFolder, name);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  /** The output of start.sh and everything it ran. */
  get log(): string {
    return this.read('agentapi/agentapi-start.log');
  }

  /** Waits until the log of the start contains a text. @throws after two minutes, with the log. */
  async waitForLog(text: string): Promise<void> {
    await waitUntil('the log', async () => ({ done: this.log.includes(text), seen: this.log }));
  }

  /** Waits until start.sh runs the agent for the nth time. @throws after two minutes, with the log. */
  async waitForRun(number: number): Promise<void> {
    await waitUntil('the log', async () => ({
      done: this.log.split('Starting the agent').length > number,
      seen: this.log,
    }));
  }
}
