import { accessSync, constants, realpathSync } from 'node:fs';
import { delimiter, dirname, resolve } from 'node:path';
import { CACHE, executable, link } from './cache.ts';
import { QUICK_VARIABLE } from './stand-in/pauses.ts';
import { INHERITED, INHERITED_VARIABLE } from './stand-in/terminal.ts';

/** The version of AgentAPI that the stand-in models, and against which the contract suite was run. */
const VERSION = '0.12.1';
/** In sh, because each start asks several times and Node is slow to come up; the real one answers at once. */
const ANSWER_VERSION = `case "$1" in --version | -v) echo 'agentapi version ${VERSION}'; exit ;; esac`;
/** In sh, because Node has descriptors of its own and can't tell. */
const NOTE_INHERITED = `[ ! -e /dev/fd/${INHERITED} ] || export ${INHERITED_VARIABLE}=1`;

let found: { readonly dir: string; readonly kind: 'real' | 'stand-in' } | undefined;

/**
 * A folder with only `agentapi` in it, to put on PATH: the real one if AGENTAPI_BIN names it or it is on PATH
 * already, otherwise a stand-in with the same contract (test/conformance/agentapi*.test.ts).
 * @throws if AGENTAPI_BIN names a file that can't be run.
 */
export function agentapiDir(): string {
  return find().dir;
}

/** Which of the two that is. */
export function agentapiKind(): 'real' | 'stand-in' {
  return find().kind;
}

/** Variables that make the stand-in skip AgentAPI's long pauses, for tests that aren't about those. */
export const QUICK_AGENTAPI: Readonly<Record<string, string>> = { [QUICK_VARIABLE]: '1' };

function find(): NonNullable<typeof found> {
  found ??= look();
  return found;
}

function look(): NonNullable<typeof found> {
  const real = realAgentApi();
  return real === undefined
    ? {
        dir: dirname(executable('stand-in/main.ts', 'agentapi', `${ANSWER_VERSION}\n${NOTE_INHERITED}`)),
        kind: 'stand-in',
      }
    : { dir: dirname(link(real, 'agentapi')), kind: 'real' };
}

function realAgentApi(): string | undefined {
  const named = process.env['AGENTAPI_BIN'];
  if (named) {
    accessSync(named, constants.X_OK);
    return realpathSync(named);
  }
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    try {
      const path = realpathSync(resolve(folder, 'agentapi'));
      accessSync(path, constants.X_OK);
      // A test that runs inside another one has the outer stand-in on its PATH.
      if (!path.startsWith(CACHE)) return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}
