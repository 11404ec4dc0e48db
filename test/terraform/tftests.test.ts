import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { startModuleRegistry } from '../support/terraform/registry.ts';
import { stageTests } from '../support/terraform/stage.ts';
import { terraformProject } from '../support/terraform/terraform.ts';

it('passes every run of *.tftest.hcl, with the real Coder provider', async () => {
  const registry = await startModuleRegistry();
  const { folder, files } = await stageTests();
  try {
    const project = terraformProject(folder, registry.cliConfig);
    await project.init();
    const { runs, log } = await project.test();
    expect(runs.filter(({ status }) => status !== 'pass')).toEqual([]);

    // The number of runs written down, file by file: a file skipped by Terraform would otherwise go
    // unnoticed.
    const count = async (file: string) =>
      (await readFile(path.join(folder, file), 'utf8')).match(/^run "/gm)?.length ?? 0;
    for (const file of files) {
      expect([file, runs.filter((run) => path.basename(run.file) === file).length]).toEqual([
        file,
        await count(file),
      ]);
    }
    // The registry's people read it.
    expect(log.length).toBeLessThan(1_000_000);
  } finally {
    await registry.close();
    await rm(folder, { recursive: true, force: true });
  }
});
