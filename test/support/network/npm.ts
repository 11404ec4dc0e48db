import { execFileSync } from 'node:child_process';
import { cpSync, createReadStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** What is different from a registry with the installed Amp. */
export type NpmChange = {
  /** A version that Amp's own package has, and not the package with its executable for this platform. */
  readonly withoutExecutable?: string;
};

const MAIN = '@ampcode/cli';
const EXECUTABLE = `@ampcode/cli-${process.platform}-${process.arch}`;
/** As packed; the package's install script puts the executable in its place. */
const STUB = 'echo "Error: Amp native binary not installed." >&2\nexit 1\n';

const resolve = createRequire(import.meta.url).resolve;
const folderOf = (name: string) => dirname(resolve(`${name}/package.json`));
const manifestOf = (name: string) => JSON.parse(readFileSync(join(folderOf(name), 'package.json'), 'utf8'));

/**
 * An npm registry with the packages of the installed Amp.
 * @param folder for the archives.
 * @param url of the registry, without a slash at its end.
 */
export function npmRegistry(
  folder: string,
  url: string,
  { withoutExecutable }: NpmChange = {},
): RequestListener {
  const answers = new Map<string, string>();
  const archives = new Map<string, string>();
  const add = (name: string, manifest: Record<string, unknown>, archive: string) => {
    const number = String(manifest['version']);
    const path = `/${name.replace('/', '-')}.tgz`;
    const version = { ...manifest, dist: { tarball: url + path } };
    const all = { name, 'dist-tags': { latest: number }, versions: { [number]: version } };
    answers.set(`/${name.replace('/', '%2f')}`, JSON.stringify(all));
    answers.set(`/${name}/latest`, JSON.stringify(version));
    archives.set(path, archive);
  };
  const main = manifestOf(MAIN);
  if (withoutExecutable !== undefined) {
    main.version = withoutExecutable;
    main.optionalDependencies = { [EXECUTABLE]: withoutExecutable };
  }
  add(MAIN, main, pack(mainPackage(folder, main), join(folder, 'main.tgz')));
  const executable = join(folder, 'executable.tgz');
  if (withoutExecutable === undefined) pack(folderOf(EXECUTABLE), executable);
  add(EXECUTABLE, manifestOf(EXECUTABLE), executable);
  return ({ url: path = '' }, response) => {
    const archive = archives.get(path);
    if (archive !== undefined) createReadStream(archive).pipe(response);
    else response.writeHead(answers.has(path) ? 200 : 404).end(answers.get(path));
  };
}

/** Amp's own package as it was before it was installed. @returns its folder */
function mainPackage(folder: string, manifest: unknown): string {
  const made = join(folder, 'main');
  cpSync(folderOf(MAIN), made, { recursive: true, filter: (path) => !path.endsWith('/bin') });
  mkdirSync(join(made, 'bin'));
  writeFileSync(join(made, 'bin/amp.exe'), STUB);
  writeFileSync(join(made, 'package.json'), JSON.stringify(manifest));
  return made;
}

/** As npm packs: everything in a folder named package. @returns the archive */
function pack(source: string, archive: string): string {
  const asPackage = ['--transform', 's,^\\.,package,'];
  execFileSync('tar', ['-c', '-f', archive, '-I', 'gzip -1', ...asPackage, '.'], { cwd: source });
  return archive;
}
