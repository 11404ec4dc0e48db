import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { decideDelivery } from '../../shim/start/ask-on.ts';
import { sessionPaths } from '../../shim/store/paths.ts';
import { readSession } from '../../shim/store/read.ts';
import { agentapiDir } from '../../test/support/agentapi/agentapi.ts';
import { type AmpHome, newAmpHome, PRIVATE, skipTour } from '../../test/support/amp/home.ts';
import { imageEnv } from '../../test/support/amp/real-amp.ts';
import { placeBundle } from '../../test/support/bundle.ts';
import { HANG_MS } from '../../test/support/limits.ts';
import { NO_INSTALL_INPUTS, NO_START_INPUTS } from '../../test/support/module-variables.ts';
import { PATIENT } from '../../test/support/patience.ts';
import { killAll, makeToolFolder } from '../../test/support/workspace/machine.ts';

import type { Setting } from './scenarios.ts';

const KEY = 'main';

/** Environment variables that differ between calls. */
export type Surroundings = { readonly url: string; readonly apiKey: string | null };

/** What one `amp-session prepare` decided. */
export type Start = {
  readonly exitCode: number | undefined;
  readonly plan: readonly string[];
  /** The thread that the agent continues, null if it opens its own. */
  readonly thread: string | null;
  /** Whether the agent is given the prompt, without Amp being asked first whether it has it. */
  readonly sends: boolean;
  readonly milliseconds: number;
  readonly said: string;
};

export type AmpCall = {
  readonly args: readonly string[];
  /** Undefined if it had to be killed. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
};

/** Homes that have not been removed yet. */
const present = new Set<AmpHome>();

/** Kills and removes every machine, in case the harness itself is interrupted. */
export function disposeAll(): void {
  for (const home of present) remove(home);
}

function remove(home: AmpHome): void {
  present.delete(home);
  killAll(home.home);
  home.remove();
}

/** A home with the committed bundle in place, and one version of the real `amp` on PATH. */
export type Machine = ReturnType<typeof newMachine>;

/**
 * Creates one that has never been started.
 * @param setting.ampFolder folder with the `amp`. @param setting.patient whether the shim's deadlines are longer.
 */
export function newMachine({ ampFolder, patient }: Pick<Setting, 'ampFolder' | 'patient'>) {
  const amp = newAmpHome();
  present.add(amp);
  // Dismissed, because the tour swallows what is typed in every version that has one.
  skipTour(amp);
  const folder = join(amp.home, '.amp-module');
  const launcher = join(placeBundle(folder), 'amp-session');
  const tools = makeToolFolder(join(amp.home, '.tools'), [process.execPath]);
  const path = [ampFolder, agentapiDir(), tools].join(':');

  const environment = ({ url, apiKey }: Surroundings): Record<string, string> => ({
    HOME: amp.home,
    PATH: path,
    LANG: 'C.UTF-8',
    ...imageEnv({ url }),
    ...(patient ? PATIENT : {}),
    ...(apiKey === null ? {} : { AMP_API_KEY: apiKey }),
  });

  const session = (command: string, surroundings: Surroundings, input = '') =>
    execa('bash', [launcher, command], {
      cwd: amp.workdir,
      env: { ...environment(surroundings), ...moduleVariables(folder, amp.workdir) },
      extendEnv: false,
      input,
      reject: false,
      timeout: HANG_MS,
      killSignal: 'SIGKILL',
    });

  const deliveryOf = (prompt: string) =>
    decideDelivery(readSession(sessionPaths(folder, KEY)).session, prompt).do;

  const calls: AmpCall[] = [];

  return {
    home: amp.home,
    workdir: amp.workdir,
    environment,
    /** The results of running `amp` itself so far. */
    calls: calls as readonly AmpCall[],

    /** Sets up Amp as scripts/install.sh does. @throws if `amp-session configure` fails. */
    configure: async (surroundings: Surroundings): Promise<void> => {
      const { exitCode, stderr } = await session('configure', surroundings);
      if (exitCode !== 0) throw new Error(`amp-session configure ended with ${exitCode}: ${stderr}`);
    },

    /**
     * Runs one start of the module up to its launch plan, as scripts/start.sh does.
     * @param prompt the template's.
     */
    prepare: async (surroundings: Surroundings, prompt = ''): Promise<Start> => {
      const begin = performance.now();
      const result = await session('prepare', surroundings, prompt);
      const plan = result.stdout.split('\0').slice(0, -1);
      const at = plan.indexOf('continue');
      return {
        exitCode: result.exitCode,
        plan,
        thread: at < 0 ? null : (plan[at + 1] ?? null),
        sends: plan[0] === 'send' && deliveryOf(prompt) !== 'ask on',
        milliseconds: Math.round(performance.now() - begin),
        said: result.stderr,
      };
    },

    /** Runs `amp` itself. @param milliseconds after which it is killed. */
    amp: async (args: readonly string[], surroundings: Surroundings, milliseconds = HANG_MS) => {
      const { exitCode, stdout, stderr } = await execa('amp', args, {
        cwd: amp.workdir,
        env: environment(surroundings),
        extendEnv: false,
        stdin: 'ignore',
        reject: false,
        timeout: milliseconds,
        killSignal: 'SIGKILL',
      });
      const call: AmpCall = { args, exitCode, stdout, stderr };
      calls.push(call);
      return call;
    },

    /** The events of the record, in order. */
    history: (): readonly Record<string, unknown>[] => {
      const { history } = sessionPaths(folder, KEY);
      if (!existsSync(history)) return [];
      const lines = readFileSync(history, 'utf8').split('\n');
      return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
    },

    /** The thread that Amp itself recorded as this home's last, null if none. */
    lastThread: (): unknown => amp.session()?.['lastThreadId'] ?? null,
    /** Records a thread as Amp does after the agent has opened it. */
    noteThread: (thread: string): void => {
      amp.write(`${PRIVATE}/session.json`, JSON.stringify({ ...amp.session(), lastThreadId: thread }));
    },

    /** Kills everything in it and removes it. */
    dispose: (): void => remove(amp),
  };
}

/** What the module's scripts set, with the template's defaults. */
function moduleVariables(folder: string, workdir: string): Record<string, string> {
  return {
    ...NO_START_INPUTS,
    ...NO_INSTALL_INPUTS,
    AMP_MODULE_AGENTAPI_DIR: '.amp-module',
    AMP_MODULE_SESSION_KEY: KEY,
    AMP_MODULE_PERSISTENCE: 'true',
    AMP_MODULE_WORKDIR: workdir,
    AMP_MODULE_PORT: '3284',
    AMP_MODULE_RUNNER_PID: String(process.pid),
    AMP_MODULE_RUN: '1',
    AMP_MODULE_BASE_CONFIG: '{"amp.terminal.animation":false}',
    AGENTAPI_PID_FILE: join(folder, 'agentapi.pid'),
    AGENTAPI_STATE_FILE: join(folder, 'agentapi-state.json'),
  };
}
