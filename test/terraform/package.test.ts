import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { packageModule, writeModule } from '../../dev/package/package-module.ts';
import { registryReadme, writeRegistryCopy } from '../../dev/package/registry-copy.ts';
import { realAmpDir } from '../support/amp/real-amp.ts';
import { folderOfFile, temporaryFolder } from '../support/folders.ts';
import { registryOfFile } from '../support/terraform/of-file.ts';
import { projectOf } from '../support/terraform/project.ts';
import { snippetsIn, templateAround } from '../support/terraform/snippets.ts';
import { coderScripts } from '../support/terraform/terraform.ts';

const readme = readFileSync('README.md', 'utf8');
/** The README and the pages with further blocks. */
const pages = [
  readme,
  ...['setups', 'network', 'security'].map((name) => readFileSync(`docs/${name}.md`, 'utf8')),
];
const made = folderOfFile();
const release = await packageModule(made);
const registry = await registryOfFile(release);

describe('the released archive', () => {
  it('contains what Terraform reads and the licence, and nothing else', async () => {
    const { stdout } = await execa('tar', ['-tzf', release.archive]);
    const { stdout: tracked } = await execa('git', ['ls-files', '*.tf', 'scripts', 'LICENSE']);
    const wanted = tracked.split('\n').filter((name) => !/^(examples|test)\//.test(name));
    expect(stdout.split('\n')).toEqual(wanted.sort());
  });

  it('is byte-for-byte reproducible', async () => {
    const again = await packageModule(temporaryFolder());
    expect(readFileSync(again.archive).equals(readFileSync(release.archive))).toBe(true);
  });
});

describe('a copy for the registry', () => {
  const checkout = join(made, 'checkout');
  const folder = join(checkout, 'registry/coder-labs/modules/sourcegraph-amp');
  const bundle = 'registry/coder-labs/modules/sourcegraph-amp/scripts/amp-session/**';
  const text = (path: string) => readFileSync(join(checkout, path), 'utf8');
  beforeAll(() => {
    for (const path of [
      'registry/coder-labs/.images',
      'registry/coder-labs/modules/sourcegraph-amp',
      '.github',
    ]) {
      mkdirSync(join(checkout, path), { recursive: true });
    }
    writeFileSync(join(checkout, '.prettierignore'), 'bun.lock\n');
    writeFileSync(join(checkout, '.github/typos.toml'), '[files]\nextend-exclude = ["one.svg"]\n');
    writeFileSync(join(folder, 'main.test.ts'), 'of the version before\n');
    // Twice, because a release is prepared more than once.
    writeRegistryCopy(checkout);
    writeRegistryCopy(checkout);
  });

  it('contains the module, its Terraform tests and its README, and nothing else', async () => {
    const { stdout } = await execa('git', ['ls-files', '*.tf', '*.tftest.hcl', 'scripts', 'README.md']);
    const tracked = stdout
      .split('\n')
      .map((name) => name.replace(/^test\/terraform\/(?=[^/]+$)/, ''))
      .filter((name) => !/^(examples|test)\//.test(name));
    const there = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (name) => !statSync(join(folder, name)).isDirectory(),
    );
    expect(there.sort()).toEqual([...tracked, 'main.test.ts'].sort());
    expect(there).toContain('defaults.tftest.hcl');
    // The bundle has a limit of its own (npm run check).
    const read = there.filter((name) => !name.startsWith('scripts/amp-session/'));
    const bytes = read.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    expect(bytes).toBeLessThan(195_000);
  });

  it('passes its own test in Bun, from an installation to a warm start', async () => {
    const { all } = await execa(join(realAmpDir(), 'amp'), ['test', 'main.test.ts'], {
      cwd: folder,
      env: { BUN_BE_BUN: '1', TF_CLI_CONFIG_FILE: registry.cliConfig, CHECKPOINT_DISABLE: '1' },
      all: true,
    });
    expect(all).toMatch(/^ 1 pass\n 0 fail$/m);
  });

  it('has a README that stands on its own', () => {
    const copy = readFileSync(join(folder, 'README.md'), 'utf8');
    const links = [...copy.matchAll(/\]\((?!https?:|#)([^)]+)\)/g)].map(([, path]) => path);
    expect(links).toEqual(['../../.images/sourcegraph-amp.svg']);
    expect(readFileSync(join(folder, links[0]!), 'utf8')).toContain('<svg');
    // Pages and examples are where the source is, and how to build the bundle again.
    const { repository } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(copy).toContain(`](${repository}/blob/main/docs/security.md)`);
    expect(copy).toContain(`](${repository}/blob/main/examples/docker)`);
    expect(copy).toContain(`<${repository}>`);
    expect(copy.match(/npm (?:ci|run)[^`]*/g)).toEqual(['npm ci && npm run build']);
    expect(readFileSync(join(folder, 'scripts/amp-session/main.cjs'), 'utf8').slice(0, 400)).toContain(
      `Source: ${repository}\n`,
    );
  });

  it('excludes generated files from formatters and spell checkers, and keeps their existing configuration', () => {
    expect(text('.prettierignore').split(bundle)).toHaveLength(2);
    expect(text('.prettierignore')).toMatch(/^bun\.lock$/m);
    expect(text('.github/typos.toml').split(bundle)).toHaveLength(2);
    expect(text('.github/typos.toml')).toContain('"one.svg"]');
  });

  it('is refused anywhere else', () => {
    expect(() => writeRegistryCopy(temporaryFolder())).toThrow('is not a checkout of coder/registry');
  });
});

it('can sit beside a template as a folder, for a push before the release', async () => {
  const folder = temporaryFolder();
  writeModule(join(folder, 'amp'));
  const template = readFileSync('examples/docker/main.tf', 'utf8');
  const local = template
    .replaceAll('"registry.coder.com/coder-labs/sourcegraph-amp/coder"', '"./amp"')
    .replaceAll(/^ *version *= "5\.0\.0"\n/gm, '');
  const project = await projectOf(registry, templateAround(local), folder);
  expect(coderScripts(await project.plan()).map(({ name }) => name)).toContain('amp_session');
});

describe("the documentation's templates", () => {
  const snippets = pages.flatMap((page) => snippetsIn(page, 'tf'));
  /** They are about a platform, which isn't here. */
  const parts = snippets.filter((snippet) => snippet.includes('"docker_container"'));

  it('are present, the first one before any second-level heading', () => {
    expect(snippets.length).toBeGreaterThan(4);
    const opening = registryReadme().split('\n## ')[0] ?? '';
    expect(snippetsIn(opening, 'tf')).toHaveLength(1);
    expect(opening).not.toMatch(/npm run|Until/);
  });

  it('plan today, the first one as the commands in front of it say', async () => {
    const folder = temporaryFolder();
    const [commands = ''] = snippetsIn(readme, 'sh');
    const command = commands.trim().replace('npm ci && ', '').replace('../my-template', folder);
    await execa('bash', ['-c', command]);
    const project = await projectOf(registry, templateAround(snippets[0] ?? ''), folder);
    expect(coderScripts(await project.plan()).map(({ name }) => name)).toContain('amp_session');
  });

  it('are in the examples where they are about a platform', () => {
    expect(parts).toHaveLength(1);
    const lines = parts.flatMap((snippet) => snippet.split('\n')).filter((line) => !line.includes('# ...'));
    const example = readFileSync('examples/docker/workspace.tf', 'utf8').split('\n');
    expect(lines.filter((line) => !example.includes(line))).toEqual([]);
  });

  it.each(snippets.filter((snippet) => !snippet.includes('"./amp"') && !parts.includes(snippet)))(
    'apply as they stand, from the registry and the archive: %#',
    async (snippet) => {
      const state = await (await projectOf(registry, templateAround(snippet))).apply();
      expect(coderScripts(state).filter(({ name }) => name === 'amp_session').length).toBe(
        snippet.split('coder-labs/sourcegraph-amp/coder"').length - 1,
      );
    },
  );
});

it("the README's commands are present", () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  const lines = [
    ...snippetsIn(readme, 'sh')
      .join('\n')
      .matchAll(/npm (?:run )?(?:--silent )?([\w:]+)/g),
  ].map(([, name]) => name);
  expect(lines).toContain('demo');
  for (const name of lines) expect(['ci', ...Object.keys(scripts)]).toContain(name);
});
