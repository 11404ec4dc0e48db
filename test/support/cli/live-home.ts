import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type SessionPaths, sessionPaths } from '../../../shim/store/paths.ts';
import { PRIVATE } from '../amp/home.ts';
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

/**
 * A home in which a person works with the real Amp, or another one, and no agent. It goes with the test that
 * asked for it.
 */
export class CliHome implements Home {
  readonly home: string;
  readonly project: string;
  readonly stateFolder: string;
  readonly env: Readonly<Record<string, string>>;

  /** A home whose key has a thread with one message, 'first'. */
  static async withThread(
    amp: Pick<AmpServer, 'url' | 'apiKey'>,
  ): Promise<{ home: CliHome; thread: string }> {
    const home = new CliHome({ amp });
    const sent = await home.run(['send', '--json', 'first']);
    return { home, thread: JSON.parse(sent.stdout).thread };
  }

  /** @param options.ampFolder holds the home's `amp`; the real one unless said otherwise. */
  constructor({
    amp,
    ampFolder = realAmpDir(),
    env,
    ...options
  }: Omit<HomeOptions, 'programs'> & {
    readonly amp: Pick<AmpServer, 'url' | 'apiKey'>;
    readonly ampFolder?: string;
  }) {
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
    // As `configure` leaves it: the tour of a first run would swallow what is typed.
    mkdirSync(join(this.home, PRIVATE), { recursive: true });
    writeFileSync(join(this.home, PRIVATE, 'session.json'), '{"neoWelcomeDismissed":true}');
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

  /** Where a key's record lies. */
  paths(key = 'main'): SessionPaths {
    return sessionPaths(this.stateFolder, key);
  }

  /** Ends everything in the home at once, as when the machine dies; the volume stays. */
  reboot(): void {
    killAll(this.home);
  }
}
