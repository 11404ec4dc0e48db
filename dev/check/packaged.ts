// What the registry's formatter and spell checker say of the files that go there (dev/package).
import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { execa } from 'execa';

/** The registry's CI runs this one (.github/workflows/ci.yaml there, August 2026). */
const TYPOS = '1.49.0';

const named = (ending: string, folder = '.') =>
  readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .map((name) => (folder === '.' ? name : `${folder}/${name}`));

/**
 * Prettier with the registry's configuration, which package.json repeats. Its plug-in for Terraform only
 * calls `terraform fmt`, which is a check of its own here.
 */
export async function prettierIsContent(): Promise<void> {
  const files = ['README.md', ...named('.sh', 'scripts')];
  try {
    await execa({ preferLocal: true })('prettier', ['--check', ...files]);
  } catch (error) {
    throw new Error("Prettier wants these in another form: run 'npm run format' and commit it.", {
      cause: error,
    });
  }
}

/** @throws what typos has found, with the places */
export async function typosFindsNothing(): Promise<void> {
  const files = [
    'README.md',
    ...named('.tf'),
    ...named('.tftest.hcl', 'test/terraform'),
    ...named('.sh', 'scripts'),
  ];
  await execa(await typosProgram(), ['--format', 'brief', ...files]);
}

/** Typos of the registry's version: from PyPI, once, where npm ci leaves it alone until the next npm ci. */
async function typosProgram(): Promise<string> {
  const folder = resolve(`node_modules/.cache/typos-${TYPOS}`);
  const program = `${folder}/bin/typos`;
  if (!existsSync(program)) {
    const words = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps'];
    await execa('python3', [...words, '--target', folder, `typos==${TYPOS}`]);
  }
  return program;
}
