// `npm run registry`: serves this checkout's module from a registry on loopback, so that you can plan or
// apply your own template with it, without a Coder deployment or network access. Runs until Ctrl-C.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startModuleRegistry } from '../../test/support/terraform/registry.ts';
import { helpIfAsked } from '../help.ts';
import { packageModule } from '../package/package-module.ts';

helpIfAsked();
const folder = mkdtempSync(join(tmpdir(), 'amp-release-'));
const release = await packageModule(folder);
const registry = await startModuleRegistry(release);

console.log(`registry.coder.com/coder-labs/sourcegraph-amp/coder ${release.version} is served on loopback. In another terminal:

  export TF_CLI_CONFIG_FILE=${registry.cliConfig}
  terraform init && terraform plan

Ctrl-C ends it.`);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, async () => {
    await registry.close();
    rmSync(folder, { recursive: true, force: true });
  });
}
