import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { realAmpDir } from '../../test/support/amp/real-amp.ts';
import { makeProgram } from '../../test/support/script.ts';
import { makeToolFolder } from '../../test/support/workspace/machine.ts';

/** A JavaScript runtime that a workspace may have. */
export type Runtime = 'Node' | "Amp's own";

export const RUNTIMES: readonly Runtime[] = ['Node', "Amp's own"];

/** One line in the file of time stamps: when, what, and which words. */
export const STAMP = (what: string, words = '') =>
  `printf '%s ${what} %s\\n' "$EPOCHREALTIME" "${words}" >>"$BENCH_STAMPS"`;

/** Folders for PATH. */
export type Programs = {
  /** The tools of a small image, a stub of AgentAPI, the real Amp, and Node or not. */
  readonly path: (runtime: Runtime) => string;
  /** The same with wrappers that note when the runtime and Amp begin and end. */
  readonly timedPath: (runtime: Runtime) => string;
};

/** Makes them. The stub of AgentAPI notes the time at which it is run, stays if it is to, and announces the workspace's stop. */
export function makePrograms(root: string): Programs {
  const bin = join(root, 'bin');
  mkdirSync(bin);
  const stay = '[[ -n ${BENCH_STAY:-} ]] && exec sleep 1000';
  const stop = 'if [[ -d $HOME/.amp-module ]]; then : >"$HOME/.amp-module/stopping"; fi';
  makeProgram(join(bin, 'agentapi'), `${STAMP('agentapi')}\n${stay}\n${stop}`);
  const tools = {
    Node: makeToolFolder(join(root, 'tools-node'), [process.execPath]),
    "Amp's own": makeToolFolder(join(root, 'tools'), []),
  };
  const amp = join(realAmpDir(), 'amp');
  const timed = { Node: join(root, 'timed-node'), "Amp's own": join(root, 'timed-bun') };
  for (const folder of Object.values(timed)) {
    mkdirSync(folder);
    wrap(join(folder, 'amp'), 'amp', `'${amp}'`);
    // What a wrapper itself takes is known by one around nothing.
    wrap(join(folder, 'nothing'), 'nothing', ':');
  }
  wrap(join(timed.Node, 'node'), 'runtime', `'${process.execPath}'`);
  // The launcher takes an Amp that is a script for no runtime, but a Bun that is one for Bun.
  wrap(join(timed["Amp's own"], 'bun'), 'runtime', `BUN_BE_BUN=1 '${amp}'`);
  const path = (runtime: Runtime) => [bin, tools[runtime], realAmpDir()].join(':');
  return { path, timedPath: (runtime) => `${timed[runtime]}:${path(runtime)}` };
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
