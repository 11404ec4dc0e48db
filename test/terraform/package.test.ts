import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageModule } from '../../dev/package/package-module.ts';
import { temporaryFolder } from '../support/folders.ts';
import { type ModuleRegistry, startModuleRegistry } from '../support/terraform/registry.ts';
import { snippetsIn, templateAround } from '../support/terraform/snippets.ts';
import { coderScripts, terraformProject } from '../support/terraform/terraform.ts';

const readme = readFileSync('README.md', 'utf8');
let release: Awaited<ReturnType<typeof packageModule>>;
let registry: ModuleRegistry;

const made = mkdtempSync(join(tmpdir(), 'amp-release-'));
beforeAll(async () => {
  release = await packageModule(made);
  registry = await startModuleRegistry(release);
});
afterAll(async () => {
  await registry.close();
  rmSync(made, { recursive: true, force: true });
});

describe('the released archive', () => {
  it('has what Terraform reads and the licence, and nothing else', async () => {
    const { stdout } = await execa('tar', ['-tzf', release.archive]);
    const { stdout: tracked } = await execa('git', ['ls-files', '*.tf', 'scripts', 'LICENSE']);
    const wanted = tracked.split('\n').filter((name) => !/^(examples|test)\//.test(name));
    expect(stdout.split('\n')).toEqual(wanted.sort());
  });

  it('is the same, byte for byte, when it is made again', async () => {
    const again = await packageModule(temporaryFolder());
    expect(readFileSync(again.archive).equals(readFileSync(release.archive))).toBe(true);
  });
});

describe("the README's templates", () => {
  const snippets = snippetsIn(readme, 'tf');

  it('are there, the first one before any second heading', () => {
    expect(snippets.length).toBeGreaterThan(4);
    const opening = readme.slice(0, readme.indexOf('\n## '));
    expect(snippetsIn(opening, 'tf')).toHaveLength(1);
  });

  it.each(snippets)('apply as they stand, from the registry and the archive: %#', async (snippet) => {
    const folder = temporaryFolder();
    templateAround(snippet, join(folder, 'main.tf'));
    const project = terraformProject(folder, registry.cliConfig);
    await project.init();
    const state = await project.apply();
    expect(coderScripts(state).filter(({ name }) => name === 'amp_session').length).toBe(
      snippet.split('\nmodule "').length - (snippet.startsWith('module') ? 0 : 1),
    );
  });
});

it("the README's commands are there", () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  const lines = [
    ...snippetsIn(readme, 'sh')
      .join('\n')
      .matchAll(/npm (?:run )?(?:--silent )?([\w:]+)/g),
  ].map(([, name]) => name);
  expect(lines).toContain('demo');
  for (const name of lines) expect(['ci', ...Object.keys(scripts)]).toContain(name);
});
