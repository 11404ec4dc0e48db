import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { agentapiDir } from '../../test/support/agentapi/agentapi.ts';
import { agentapiClient } from '../../test/support/agentapi/client.ts';
import { imageEnv, realAmpDir } from '../../test/support/amp/real-amp.ts';
import type { AmpServer } from '../../test/support/amp/server.ts';
import { type Home, makeHome, STATE_FOLDER } from '../../test/support/cli/home.ts';
import { NO_INSTALL_INPUTS, NO_START_INPUTS } from '../../test/support/module-variables.ts';
import { PRELOAD } from '../../test/support/preload.ts';
import { scriptText } from '../../test/support/script.ts';
import { waitUntil } from '../../test/support/wait.ts';
import { killAll } from '../../test/support/workspace/machine.ts';

/**
 * The home that the captures show. The real one has the same length, so that lines wrap at the same places.
 */
export const SHOWN_HOME = '/home/coder';

/** The port of AgentAPI unless a template says otherwise. */
export const SHOWN_PORT = 3284;

/** A workspace without Terraform: the module's own scripts around the real Amp, on loopback. */
export class CapturedWorkspace {
  readonly cli: Home;
  readonly #port: number;

  private constructor(cli: Home, port: number) {
    this.cli = cli;
    this.#port = port;
  }

  /** Creates one that has never been started. The caller disposes of it. */
  static async create(amp: AmpServer): Promise<CapturedWorkspace> {
    const home = mkdtempSync('/tmp/');
    if (home.length !== SHOWN_HOME.length) throw new Error(`${home} is not as long as ${SHOWN_HOME}`);
    const cli = makeHome(home, {
      programs: [realAmpDir(), agentapiDir()],
      env: {
        ...imageEnv(amp),
        AMP_API_KEY: amp.apiKey,
        [PRELOAD]: fileURLToPath(new URL('clock.cjs', import.meta.url)),
      },
    });
    const workspace = new CapturedWorkspace(cli, await freePortAsLong());
    await workspace.#install();
    return workspace;
  }

  /** Writes Amp's settings, as scripts/install.sh does. */
  async #install(): Promise<void> {
    const { home, env } = this.at('2026-11-17T08:29:00.000Z');
    const variables = { ...NO_INSTALL_INPUTS, AMP_MODULE_PORT: String(SHOWN_PORT) };
    await execa('amp-session', ['configure'], { cwd: home, env: { ...env, ...variables }, extendEnv: false });
  }

  /** The environment of a command at a given time. @param now ISO 8601. */
  at(now: string): Home {
    return { ...this.cli, env: { ...this.cli.env, AMP_CAPTURE_NOW: now } };
  }

  /**
   * Runs scripts/start.sh until its agent waits for a message.
   * @param now the time of the start, ISO 8601.
   */
  async start(now: string, prompt = ''): Promise<void> {
    const { home, project } = this.cli;
    const module = join(home, STATE_FOLDER);
    const variables = {
      ...NO_START_INPUTS,
      AMP_MODULE_AGENTAPI_DIR: STATE_FOLDER,
      AMP_MODULE_STATE_DIR: STATE_FOLDER,
      AMP_MODULE_BUNDLE_SHA256: 'current',
      AMP_MODULE_PORT: String(this.#port),
      AMP_MODULE_PERSISTENCE: 'true',
      AMP_MODULE_WORKDIR: project,
      AMP_MODULE_PROMPT: prompt,
      AGENTAPI_PID_FILE: join(module, 'agentapi.pid'),
      AGENTAPI_STATE_FILE: join(module, 'agentapi-state.json'),
      AGENTAPI_SAVE_STATE: 'true',
      AGENTAPI_LOAD_STATE: 'true',
    };
    const script = `AMP_MODULE_OPTION_WORDS=()\n${scriptText('start.sh')}`;
    const log = { file: join(home, 'agentapi-start.log'), append: true };
    execa('bash', ['-c', script], {
      cwd: home,
      env: { ...this.at(now).env, ...variables },
      extendEnv: false,
      stdin: 'ignore',
      stdout: log,
      stderr: log,
      reject: false,
      detached: true,
    });
    const client = agentapiClient(this.#port);
    await client.waitUntilAnswers();
    await client.waitForStatus('stable');
    await waitUntil('the chat', async () => {
      const seen = await client.messages();
      return { done: prompt === '' || seen.some(({ content }) => content.includes(prompt)), seen };
    });
    await client.waitForStatus('stable');
  }

  /** Stops the workspace as AgentAPI's module does, and kills everything left in it. */
  async stop(now: string): Promise<void> {
    const pidFile = join(this.cli.home, STATE_FOLDER, 'agentapi.pid');
    const stop = `AMP_MODULE_STATE_DIR=${STATE_FOLDER} AMP_MODULE_AGENTAPI_DIR=${STATE_FOLDER}\n${scriptText('stop.sh')}`;
    await execa('bash', ['-c', stop], {
      cwd: this.cli.home,
      env: this.at(now).env,
      extendEnv: false,
      stdin: 'ignore',
    });
    const pid = Number(readFileSync(pidFile, 'utf8'));
    process.kill(pid, 'SIGUSR1');
    process.kill(pid, 'SIGTERM');
    await waitUntil('the pid file', async () => ({ done: !existsSync(pidFile), seen: pid }));
    killAll(this.cli.home);
  }

  /**
   * Maps this workspace's output to what the captures show.
   * @param threads its threads, in the order of their IDs there.
   */
  shown(text: string, threads: readonly string[]): string {
    const named = threads.reduce((before, thread, index) => {
      const name = SHOWN_THREADS[index];
      if (name === undefined) throw new Error('more threads than names for them');
      return before.replaceAll(thread, name).replaceAll(thread.slice(0, 10), name.slice(0, 10));
    }, text);
    return (
      named
        .replaceAll(this.cli.home, SHOWN_HOME)
        .replaceAll(`localhost:${this.#port}`, `localhost:${SHOWN_PORT}`)
        // The bundle's hash, which may wrap onto the next row.
        .replace(/(?<=bundle\/)[0-9a-f\n]+/, (hash) =>
          hash.replace(/[0-9a-f]/g, (_, at: number) => (at % 16).toString(16)),
        )
        .replace(/\d+ MB free/, '20480 MB free')
        .replace(/, \w+ ago\)/, ', 2mo ago)')
    );
  }

  /** Kills everything in the workspace and removes it. */
  dispose(): void {
    killAll(this.cli.home);
    rmSync(this.cli.home, { recursive: true, force: true, maxRetries: 5 });
  }
}

const SHOWN_THREADS = [
  'T-0c5fa1a2-93ac-4d0b-b1c5-0e3f1f2a3b4c',
  'T-7be40d19-5a1e-4c38-9f60-2d8b6c91e7a3',
  'T-e1930f6c-08d7-4b52-8a4e-91c35f7d20b8',
  'T-4a82c7d5-6f3b-4e91-b720-c8e15d0963fa',
  'T-9d06b3e8-d142-4f7a-85c9-36a7e20f4b1d',
];

/** A free port with as many digits as the one in the captures. */
async function freePortAsLong(): Promise<number> {
  for (let port = SHOWN_PORT; port < 9_999; port += 1) {
    const isFree = await new Promise<boolean>((resolve) => {
      const server = createServer()
        .once('error', () => resolve(false))
        .listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
  throw new Error('no port of four digits is free');
}
