import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { placeNoBundle } from '../bundle.ts';
import { eachTest } from '../each-test.ts';
import { temporaryFolder } from '../folders.ts';
import { scriptVariables } from '../module-variables.ts';
import { makeProgram, makeScriptHome, runScript, type ScriptHome, type ScriptOptions } from '../script.ts';
import { killAll } from '../workspace/machine.ts';

/** What the double of amp-session does, as bash code, and where it lies. */
type SessionOptions = {
  readonly state?: string;
  readonly bundle?: string;
  readonly deliver?: string;
};

/** Runs the agent as AgentAPI does, which has read its own standard input to the end. */
const RUN_AGENT = 'cat >"$HOME/agentapi-prompt"; while [[ $1 != -- ]]; do shift; done; "${@:2}"';

/** Runs start.sh in a home of its own, with doubles of AgentAPI and amp-session that record their calls. */
export class StartScript {
  readonly machine: ScriptHome;

  constructor() {
    this.machine = makeScriptHome(temporaryFolder());
    const { home } = this.machine;
    // Left running by a profile.
    onTestFinished(() => killAll(home));
    this.agentapi(
      `printf '%s\\0' "$@" >"$HOME/agentapi-args"; ${RUN_AGENT}; echo "state=\${AGENTAPI_STATE_FILE:-none}" >>"$HOME/agentapi-env"; echo run >>"$HOME/runs"; exit 7`,
    );
    makeProgram(
      join(this.machine.bin, 'amp'),
      `cat >"$HOME/prompt-given"; printf '%s\\0' amp "$@" >"$HOME/agent-args"; echo "$BASH_ENV" >"$HOME/agent-bash-env"`,
    );
    this.session('send\\0chat\\0threads\\0continue\\0T-1\\0end\\0');
  }

  inHome(name: string): string {
    return join(this.machine.home, name);
  }

  /** The contents of a file in the home, empty if there is none. */
  read(name: string): string {
    return existsSync(this.inHome(name)) ? readFileSync(this.inHome(name), 'utf8') : '';
  }

  /** The arguments that a program was given, without its own name. */
  words(name: string): string[] {
    return this.read(name).split('\0').slice(0, -1);
  }

  /** Puts another program in the place of AgentAPI. */
  agentapi(script: string): void {
    makeProgram(join(this.machine.bin, 'agentapi'), script);
  }

  /** Stands in for the bundle's launcher: the plan to return, and what `settle` answers. */
  session(
    plan: string,
    settle = 'exit 3',
    {
      state = this.inHome('.amp-module'),
      bundle = 'none',
      deliver = 'cat >"$HOME/delivered.new"; mv "$HOME/delivered.new" "$HOME/delivered"',
    }: SessionOptions = {},
  ): void {
    mkdirSync(join(state, 'bin'), { recursive: true });
    placeNoBundle(state, bundle);
    makeProgram(
      join(state, 'bin/amp-session'),
      `echo "$*" >>"$HOME/session-calls"
echo "\${AMP_MODULE_BUNDLE_SHA256:-current}" >"$HOME/bundle-asked"
case $1 in
prepare) cat >"$HOME/prompt-seen"; printf %s "$AMP_MODULE_FIREWALL" >"$HOME/firewall"; printf '${plan}' ;;
deliver) ${deliver} ;;
settle) ${settle} ;;
esac`,
    );
  }

  /** @param how what is in the environment before the script begins, as variables of Coder's are; a command prefix. */
  run(
    { BASH_ENV, ...change }: Record<string, string> = {},
    prompt = '',
    options: readonly string[] = [],
    { env = {}, wrapper = [] }: Pick<ScriptOptions, 'env' | 'wrapper'> = {},
  ) {
    const quoted = options.map((word) => `'${word.replaceAll("'", "'\\''")}'`);
    return runScript(
      'start.sh',
      this.machine,
      {
        ...scriptVariables('.amp-module'),
        AMP_MODULE_WORKDIR: this.inHome('project'),
        AMP_MODULE_PROMPT: prompt,
        ...change,
      },
      {
        // An array can't be exported, so it precedes the script, as the module renders it.
        before: `AMP_MODULE_OPTION_WORDS=(${quoted.join(' ')})`,
        wrapper,
        env: { ...env, ...(BASH_ENV === undefined ? {} : { BASH_ENV }) },
      },
    );
  }
}

/** Gives every test of a file its own. */
export const useStartScript = () => eachTest(() => new StartScript());
