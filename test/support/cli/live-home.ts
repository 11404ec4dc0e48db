import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type SessionPaths, sessionPaths } from '../../../shim/store/paths.ts';
import { skipTour } from '../amp/home.ts';
import { imageEnv, realAmpDir } from '../amp/real-amp.ts';
import type { AmpServer } from '../amp/server.ts';
import { openTerminal, type Terminal } from '../terminal.ts';
import { killAll } from '../workspace/machine.ts';
import {
  type CliInput,
  type CliResult,
  type Home,
  type HomeOptions,
  makeHome,
  type Running,
  startCommand,
} from './home.ts';
import { recordThread } from './record.ts';

/** How to create a home, besides the servers of its Amp. `ampFolder` holds its `amp`: the real one by default. */
export type CliHomeOptions = Omit<HomeOptions, 'programs'> & { readonly ampFolder?: string };

/**
 * A home in which a person works with the real Amp, or another one, and no agent. It goes with the test that
 * asked for it.
 */
export class CliHome implements Home {
  readonly home: string;
  readonly project: string;
  readonly stateFolder: string;
  readonly env: Readonly<Record<string, string>>;

  /** A home whose key has a thread with one message, 'first', as a send has left it. */
  static async withThread(
    amp: AmpServer,
    options: CliHomeOptions = {},
  ): Promise<{ home: CliHome; thread: string }> {
    const home = new CliHome({ amp, ...options });
    const thread = amp.addThread({
      messages: [
        { role: 'user', text: 'first' },
        { role: 'assistant', text: 'I heard: first' },
      ],
    });
    await recordThread({ stateFolder: home.stateFolder, workdir: home.project }, thread, 1);
    return { home, thread };
  }

  constructor({
    amp,
    ampFolder = realAmpDir(),
    env,
    ...options
  }: CliHomeOptions & { readonly amp: Pick<AmpServer, 'url' | 'apiKey'> }) {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'amp-cli-')));
    onTestFinished(() => {
      this.reboot();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    });
    const made = makeHome(folder, {
      ...options,
      programs: [ampFolder],
      env: { AMP_API_KEY: amp.apiKey, ...imageEnv(amp), ...env },
    });
    this.home = made.home;
    this.project = made.project;
    this.stateFolder = made.stateFolder;
    this.env = made.env;
    skipTour(this);
  }

  /** Begins a command without a terminal and does not wait. */
  start(args: readonly string[], { cwd = this.project, env = {}, ...input }: CliInput = {}): Running {
    return startCommand(args, { cwd, env: { ...this.env, ...env }, ...input });
  }

  /** Runs a command without a terminal to its end. */
  run(args: readonly string[], input?: CliInput): Promise<CliResult> {
    return this.start(args, input).ended;
  }

  /** Opens a command on a terminal, which goes with the test. */
  open(args: readonly string[], cwd = this.project): Terminal {
    const terminal = openTerminal('amp-session', args, { cwd, env: this.env });
    onTestFinished(() => terminal.close());
    return terminal;
  }

  /** Makes a new thread of Amp's servers the active one. @returns it */
  async choose(amp: AmpServer): Promise<string> {
    const thread = amp.addThread();
    await recordThread({ stateFolder: this.stateFolder, workdir: this.project }, thread);
    return thread;
  }

  paths(key = 'main'): SessionPaths {
    return sessionPaths(this.stateFolder, key);
  }

  /** Ends everything in the home at once, as when the machine dies; the volume stays. */
  reboot(): void {
    killAll(this.home);
  }
}
