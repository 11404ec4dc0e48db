import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { placeNoBundle } from '../bundle.ts';
import { startDownloads } from '../downloads.ts';
import { eachTest } from '../each-test.ts';
import { temporaryFolder } from '../folders.ts';
import { installsNothing } from '../module-variables.ts';
import { makeProgram, makeScriptHome, runScript, type ScriptHome } from '../script.ts';

const VARIABLES = {
  ...installsNothing('.amp'),
  AMP_MODULE_INSTALL_AMP: 'true',
  AMP_MODULE_AMP_UPDATES: 'auto',
  AMP_MODULE_AMP_INSTALL_URL: 'https://ampcode.com/install.sh',
};
export const NEW = '0.0.1790142911-g7618fb';
export const OLD = '0.0.1774569934-g39e3ec';

/** Serves an installer. @returns its address */
export const installer = async (text: string) =>
  (await startDownloads((_, response) => response.end(`#!/usr/bin/env bash\n${text}\n`))).url;

/** Source of a program that creates an `amp` of some version. */
export const makesAmp = (folder: string, version: string) =>
  `mkdir -p "${folder}"; printf '#!/usr/bin/env bash\\necho amp "$@" >>"$HOME/calls"\\necho "${version} (released today)"\\n' >"${folder}/new"; chmod 755 "${folder}/new"; mv "${folder}/new" "${folder}/amp"`;

/** Runs install.sh for Amp alone, in a home of its own. */
export class AmpInstall {
  readonly machine: ScriptHome;

  constructor() {
    this.machine = makeScriptHome(temporaryFolder());
    // Stands in for the bundle's launcher: install.sh only calls `configure` on it.
    mkdirSync(this.inHome('.amp/bin'), { recursive: true });
    mkdirSync(this.inHome('.amp/bundle'));
    makeProgram(this.inHome('.amp/bin/amp-session'), 'echo "amp-session $*" >>"$HOME/calls"');
    placeNoBundle(this.inHome('.amp'), 'none');
  }

  run(change: Record<string, string> = {}, options: Parameters<typeof runScript>[3] = {}) {
    return runScript('install.sh', this.machine, { ...VARIABLES, ...change }, options);
  }

  inHome(name: string): string {
    return join(this.machine.home, name);
  }

  /** A program on PATH that records its call and may do more. */
  program(name: string, more = ''): void {
    makeProgram(join(this.machine.bin, name), `echo "${name} $*" >>"$HOME/calls"\n${more}`);
  }

  /** Puts the real npm on PATH. */
  useNpm(): void {
    const npm = execFileSync('bash', ['-c', 'readlink -f "$(command -v npm)"'], { encoding: 'utf8' }).trim();
    makeProgram(join(this.machine.bin, 'npm'), `exec node '${npm}' "$@"`);
  }

  /** The calls of such programs, one a line. */
  calls(): string {
    return existsSync(this.inHome('calls')) ? readFileSync(this.inHome('calls'), 'utf8') : '';
  }
}

/** Gives every test of a file its own. */
export const useAmpInstall = () => eachTest(() => new AmpInstall());
