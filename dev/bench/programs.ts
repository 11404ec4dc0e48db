import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { realAmpDir } from '../../test/support/amp/real-amp.ts';
import { makeProgram } from '../../test/support/script.ts';
import { makeToolFolder } from '../../test/support/workspace/machine.ts';

/** A JavaScript runtime that a workspace may have. */
export type Runtime = 'Node' | "Amp's own";

export const RUNTIMES: readonly Runtime[] = ['Node', "Amp's own"];

/** Writes one line to the file of time stamps: when, what, and with which arguments. */
export const STAMP = (what: string, words = '') =>
  `printf '%s ${what} %s\\n' "$EPOCHREALTIME" "${words}" >>"$BENCH_STAMPS"`;

export type Programs = {
  /** The tools of a small image, a stub of AgentAPI, the real Amp, and Node if that is the runtime. */
  readonly path: (runtime: Runtime) => string;
  /** The same with wrappers that write stamps when the runtime and Amp begin and end. */
  readonly timedPath: (runtime: Runtime) => string;
  /** One of these wrappers. */
  readonly timed: (runtime: Runtime, name: string) => string;
  /** The tools alone, with Node: a workspace whose image has neither Amp nor AgentAPI. */
  readonly bare: string;
};

/**
 * A stub of AgentAPI, as bash code. It writes a stamp when it is run, keeps running if BENCH_STAY is set, and
 * otherwise announces that the workspace stops.
 */
export const AGENTAPI = `if [[ \${1:-} == --version ]]; then echo 'agentapi version 0.12.1'; exit; fi
${STAMP('agentapi', '$*')}
[[ -n \${BENCH_STAY:-} ]] && exec sleep 1000
[[ -z \${AMP_MODULE_AGENTAPI_DIR:-} ]] || : >"$HOME/$AMP_MODULE_AGENTAPI_DIR/stopping"
exit`;

export function makePrograms(root: string): Programs {
  const bin = join(root, 'bin');
  mkdirSync(bin);
  makeProgram(join(bin, 'agentapi'), AGENTAPI);
  const tools = {
    Node: makeToolFolder(join(root, 'tools-node'), [process.execPath]),
    "Amp's own": makeToolFolder(join(root, 'tools'), []),
  };
  const amp = join(realAmpDir(), 'amp');
  const timed = { Node: join(root, 'timed-node'), "Amp's own": join(root, 'timed-bun') };
  for (const folder of Object.values(timed)) {
    mkdirSync(folder);
    wrap(join(folder, 'amp'), 'amp', `'${amp}'`);
    // A wrapper around nothing shows what the wrapper itself costs.
    wrap(join(folder, 'nothing'), 'nothing', ':');
  }
  wrap(join(timed.Node, 'node'), 'runtime', `'${process.execPath}'`);
  // The launcher doesn't use an Amp that is a script as a runtime, but it does use a Bun that is one.
  wrap(join(timed["Amp's own"], 'bun'), 'runtime', `BUN_BE_BUN=1 '${amp}'`);
  const path = (runtime: Runtime) => [bin, tools[runtime], realAmpDir()].join(':');
  return {
    path,
    bare: tools.Node,
    timedPath: (runtime) => `${timed[runtime]}:${path(runtime)}`,
    timed: (runtime, name) => join(timed[runtime], name),
  };
}

function wrap(path: string, name: string, command: string): void {
  makeProgram(
    path,
    [
      STAMP(`${name}-begins`, '$*'),
      `${command} "$@"`,
      'status=$?',
      STAMP(`${name}-ends`),
      'exit $status',
    ].join('\n'),
  );
}
