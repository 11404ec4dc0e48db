import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BundleFile, partVariables } from '../bundle.ts';
import { eachTest } from '../each-test.ts';
import { temporaryFolder } from '../folders.ts';
import { makeScriptHome, runScript, type ScriptHome } from '../script.ts';

/** The files, as the module's scripts carry them. */
const MAIN = {
  name: 'main.cjs',
  text: "console.log(process.argv[2] === '--runtime' ? `amp-session runs on ${process.execPath}` : `${require('./library.cjs').said} ${process.argv[2]}`);\n",
};
const START = { name: 'start.cjs', text: '// a start\n' };
const REST = [
  { name: 'commands.cjs', text: '// commands\n' },
  { name: 'library.cjs', text: "exports.said = 'it runs';\n" },
];
/** The folder of a bundle that is placed whole, as `placed` has it. */
export const WHOLE = Object.fromEntries([MAIN, START, ...REST].map(({ name, text }) => [name, text]));
/** The bundle's checksum. */
export const HASH = 'ab12';

/** The texts of a folder's files, by name. */
export const placed = (folder: string) =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));

type Options = {
  readonly stateDir?: string;
  /** What place.sh carries. */
  readonly start?: BundleFile;
  readonly firewall?: string;
  readonly wrapper?: readonly string[];
};

/** Runs place.sh, and place-rest.sh for each other part, in a home of its own. */
export class PlaceScripts {
  readonly machine: ScriptHome = makeScriptHome(temporaryFolder());

  /** A file of the module's folder. */
  inModule(name: string): string {
    return join(this.machine.home, '.amp-module', name);
  }

  /** Runs all at the same time. @returns how they ended, and all that they printed. */
  async run({ stateDir = '.amp-module', start = START, firewall = '', wrapper = [] }: Options = {}) {
    const settings = {
      AMP_MODULE_STATE_DIR: stateDir,
      AMP_MODULE_AGENTAPI_DIR: `${stateDir}/agentapi`,
      AMP_MODULE_BUNDLE_SHA256: HASH,
      AMP_MODULE_SESSION_KEY: 'main',
      AMP_MODULE_FIREWALL: firewall,
    };
    const first = {
      ...settings,
      ...partVariables(start),
      AMP_MODULE_LAUNCHER: readFileSync('scripts/amp-session.sh', 'utf8'),
      AMP_MODULE_MAIN: MAIN.text,
    };
    const [session, ...rest] = await Promise.all([
      runScript('place.sh', this.machine, first, { wrapper }),
      ...REST.map((part) =>
        runScript('place-rest.sh', this.machine, { ...settings, ...partVariables(part) }, { wrapper }),
      ),
    ]);
    return {
      exitCode: session.exitCode,
      all: [session, ...rest].map(({ all }) => all).join(''),
      rest: rest.map(({ exitCode }) => exitCode),
    };
  }
}

/** Gives every test of a file its own. */
export const usePlaceScripts = () => eachTest(() => new PlaceScripts());
