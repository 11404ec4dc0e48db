// The module as it would be merged into coder/registry.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { copyFiles, copyTerraformTests, moduleFiles, packageFile, repository } from './package-module.ts';

/** The module's folder in the registry, and the picture's. */
const MODULE = 'registry/coder-labs/modules/sourcegraph-amp';
const PICTURE = 'registry/coder-labs/.images/sourcegraph-amp.svg';

/** What follows in the README is about this repository. */
const END = '\n<!-- The rest is about this repository;';

/** What stands in the README until the registry has the module. */
const UNTIL_THEN = /<!-- Until [^>]*-->\n.*?<!-- End of what is left out\. -->\n\n/s;

/** What no formatter or spell checker should touch, from the registry's root. */
const GENERATED = [`${MODULE}/scripts/amp-session/**`, `${MODULE}/scripts/amp-session.licenses.txt`, PICTURE];

/**
 * Replaces the module in a checkout of coder/registry with this one.
 *
 * @param checkout the checkout's root
 * @returns the module's folder in it
 * @throws when the folder is no such checkout, or the README lacks its mark
 */
export function writeRegistryCopy(checkout: string): { folder: string } {
  if (!existsSync(join(checkout, 'registry/coder-labs'))) {
    throw new Error(`${checkout} is not a checkout of coder/registry: it has no folder registry/coder-labs.`);
  }
  const folder = resolve(checkout, MODULE);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  copyFiles(moduleFiles(), folder);
  copyTerraformTests(folder);
  cpSync(join(import.meta.dirname, 'registry/main.test.ts'), join(folder, 'main.test.ts'));
  writeFileSync(join(folder, 'README.md'), registryReadme());
  cpSync(join(repository, 'docs/demo.svg'), join(checkout, PICTURE));
  leaveGeneratedAlone(checkout);
  return { folder };
}

/**
 * The README without what is about this repository, with the picture where the registry keeps pictures, and with links
 * to where the source is.
 */
export function registryReadme(): string {
  const readme = readFileSync(join(repository, 'README.md'), 'utf8');
  const end = readme.indexOf(END);
  if (end === -1) throw new Error(`README.md has no line that begins with '${END.trim()}'.`);
  return readme
    .slice(0, end)
    .replace(UNTIL_THEN, '')
    .replace('named by `repository` in `package.json`', `<${packageFile().repository}>`)
    .replace('(docs/demo.svg)', '(../../.images/sourcegraph-amp.svg)')
    .replaceAll(/\]\((?=(?:docs|examples)\/)/g, `](${packageFile().repository}/blob/main/`);
}

/** Adds the generated files to what the registry's prettier and typos leave out, once. */
function leaveGeneratedAlone(checkout: string): void {
  const prettier = join(checkout, '.prettierignore');
  const ignored = existsSync(prettier) ? readFileSync(prettier, 'utf8') : '';
  if (!ignored.includes(GENERATED[0]!)) {
    writeFileSync(prettier, `${ignored.trimEnd()}\n\n# Ignore generated files\n${GENERATED.join('\n')}\n`);
  }
  const typos = join(checkout, '.github/typos.toml');
  const settings = readFileSync(typos, 'utf8');
  if (!settings.includes(GENERATED[0]!)) {
    const more = GENERATED.map((file) => `"${file}"`).join(', ');
    writeFileSync(typos, settings.replace('extend-exclude = [', `extend-exclude = [${more}, `));
  }
}
