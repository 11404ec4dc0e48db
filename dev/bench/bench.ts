import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { skipTour } from '../../test/support/amp/home.ts';
import { imageEnv } from '../../test/support/amp/real-amp.ts';
import { type AmpServer, startAmpServer } from '../../test/support/amp/server.ts';
import { STATE_FOLDER } from '../../test/support/cli/home.ts';
import { openTemplate, type TemplateProject } from '../../test/support/terraform/template.ts';
import { killAll } from '../../test/support/workspace/machine.ts';
import { checkOut, type ModuleScript, moduleScripts } from './module-scripts.ts';
import { PLAIN_DOWNLOADS, PLAIN_INSTALL, PLAIN_PROMPT_START, PLAIN_START } from './plain.ts';
import { makePrograms, type Programs, STAMP } from './programs.ts';

/** A moment in a run: when (milliseconds since 1970), what, and with which arguments. */
export type Stamp = { readonly at: number; readonly what: string; readonly words: string };

type PlainScript = 'plainInstall' | 'plainDownloads' | 'plainStart' | 'plainPromptStart';
/** The scripts that are measured; `older-…` only with a commit to compare with. */
export type ScriptName = ModuleScript | `older-${ModuleScript}` | PlainScript;

type ScriptFiles = ReadonlyMap<ScriptName, string>;

/** Where a script or a command runs. */
export type Where = {
  readonly home: string;
  readonly path: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether nothing outside the machine can be reached. */
  readonly offline?: boolean;
};

/**
 * What every part of the benchmark uses: the module's scripts as Terraform renders them, homes, a loopback
 * Amp.
 */
export class Bench {
  readonly root: string;
  /** How many times everything is measured, unless `atMost` says less. */
  readonly pairs: number;
  readonly server: AmpServer;
  readonly template: TemplateProject;
  readonly programs: Programs;
  /** The commit that is measured beside this one; null for none. */
  readonly against: string | null;
  readonly #files: ScriptFiles;
  readonly #homes: string[] = [];

  private constructor(
    root: string,
    pairs: number,
    server: AmpServer,
    template: TemplateProject,
    files: ScriptFiles,
    against: string | null,
  ) {
    this.root = root;
    this.pairs = pairs;
    this.server = server;
    this.template = template;
    this.programs = makePrograms(root);
    this.#files = files;
    this.against = against;
  }

  /**
   * Renders the scripts and starts a loopback Amp. The caller closes it.
   * @param against a commit of this repository to measure too.
   * @param source the module's folder, if not this repository.
   */
  static async open(
    pairs: number,
    against: string | null = null,
    source: string | null = null,
  ): Promise<Bench> {
    const root = mkdtempSync(join(tmpdir(), 'amp-bench-'));
    const template = await openTemplate();
    const workdir = join(root, 'project');
    const older = against === null ? null : await checkOut(against, root);
    const texts: [ScriptName, string][] = [
      ...named<ModuleScript>('', await moduleScripts(workdir, source)),
      ...(older === null
        ? []
        : named<`older-${ModuleScript}`>('older-', await moduleScripts(workdir, older))),
      ['plainInstall', PLAIN_INSTALL],
      ['plainDownloads', PLAIN_DOWNLOADS],
      ['plainStart', PLAIN_START],
      ['plainPromptStart', PLAIN_PROMPT_START],
    ];
    if (older !== null) await execa('git', ['worktree', 'remove', '--force', older]);
    const files = texts.map(([name, text]): [ScriptName, string] => {
      const file = join(root, `${name}.sh`);
      // Both the module's start script and the plain one write a stamp when their first line runs.
      writeFileSync(file, `${STAMP('begins')}\n${text}`);
      return [name, file];
    });
    return new Bench(root, pairs, await startAmpServer(), template, new Map(files), against);
  }

  /** How many times to measure what takes long, and differs little. */
  atMost(count: number): number {
    return Math.min(this.pairs, count);
  }

  /** An unused home, with a new user's profile. */
  newHome(): string {
    const home = mkdtempSync(join(this.root, 'home-'));
    if (existsSync(SKELETON)) copyFileSync(SKELETON, join(home, '.bashrc'));
    this.#homes.push(home);
    return home;
  }

  /** A home with the module's command installed and its runtime found, as it is before the first start. */
  async placedHome(path: string, place: 'place' | 'older-place' = 'place'): Promise<string> {
    const home = this.newHome();
    await this.run(place, { home, path });
    skipTour({ home });
    if (place === 'place') await this.command(launcherIn(home), ['--version'], { home, path });
    return home;
  }

  /** Has the module's command run by this executable, instead of what it has found. @param kind as it calls it. */
  async useRuntime(home: string, kind: 'node' | 'bun', executable: string): Promise<void> {
    const { stdout } = await execa('stat', ['-Lc', '%d %i %s %Y', '--', executable, executable]);
    writeFileSync(
      join(home, STATE_FOLDER, 'runtime'),
      `${[kind, executable, executable, stdout].join('\n')}\n`,
    );
  }

  /**
   * Runs a script to its end.
   * @returns the stamps of the run.
   * @throws if it fails, or if the module gave up on something while online: that would be fast, but not a
   *   measurement.
   */
  async run(name: ScriptName, where: Where, port = 3284): Promise<readonly Stamp[]> {
    const stamps = join(where.home, 'stamps');
    rmSync(stamps, { force: true });
    const env = { ...where.env, BENCH_STAMPS: stamps };
    const { stderr } = await this.command('bash', [this.#fileOf(name), 'true', String(port)], {
      ...where,
      env,
    });
    if (!where.offline && /without persistence|could not/.test(stderr)) throw new Error(stderr);
    return readStamps(stamps);
  }

  #fileOf(name: ScriptName): string {
    const file = this.#files.get(name);
    if (file === undefined) throw new Error(`There is no script '${name}' without --against.`);
    return file;
  }

  /** Runs a line of bash in which wrappers write stamps. @returns the stamps. */
  async stamped(line: string, where: Where): Promise<readonly Stamp[]> {
    const stamps = join(where.home, 'stamps');
    rmSync(stamps, { force: true });
    await this.command('bash', ['-c', line], { ...where, env: { ...where.env, BENCH_STAMPS: stamps } });
    return readStamps(stamps);
  }

  /**
   * Runs a command as a process of the workspace.
   * @throws if it fails, with its output.
   */
  async command(program: string, args: readonly string[], { home, path, env }: Where) {
    const folder = join(home, STATE_FOLDER, 'agentapi');
    mkdirSync(join(this.root, 'project'), { recursive: true });
    return execa(program, args, {
      cwd: home,
      extendEnv: false,
      stdin: 'ignore',
      env: {
        ...imageEnv(this.server),
        HOME: home,
        PATH: path,
        LANG: 'C.UTF-8',
        AMP_API_KEY: this.server.apiKey,
        AGENTAPI_PID_FILE: join(folder, 'agentapi.pid'),
        AGENTAPI_STATE_FILE: join(folder, 'agentapi-state.json'),
        BENCH_WORKDIR: join(this.root, 'project'),
        ...env,
      },
    });
  }

  async close(): Promise<void> {
    for (const home of this.#homes) killAll(home);
    await this.template.close();
    await this.server.close();
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
  }
}

function named<Name extends ScriptName>(
  prefix: string,
  scripts: Record<ModuleScript, string>,
): [Name, string][] {
  return Object.entries(scripts).map(([name, text]) => [`${prefix}${name}` as Name, text]);
}

const launcherIn = (home: string) => join(home, STATE_FOLDER, 'bin/amp-session');

const SKELETON = '/etc/skel/.bashrc';

/** Milliseconds from the first stamp of one name to the first of another. @throws if one is missing. */
export function between(stamps: readonly Stamp[], from: string, to: string): number {
  const [begin, end] = [from, to].map((name) => stamps.find(({ what }) => what === name)?.at);
  if (begin === undefined || end === undefined) {
    throw new Error(
      `There is no stamp '${from}' or '${to}', only: ${stamps.map(({ what }) => what).join(', ')}`,
    );
  }
  return end - begin;
}

function readStamps(file: string): Stamp[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [at = '', what = '', ...words] = line.split(' ');
      return { at: Number(at) * 1_000, what, words: words.join(' ') };
    });
}
