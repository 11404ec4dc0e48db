// `npm run registry`: this checkout's module in a registry on loopback, to plan or apply a template of one's own with it, without a
// Coder deployment and without the network. It runs until Ctrl-C.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startModuleRegistry } from '../../test/support/terraform/registry.ts';
import { packageModule } from '../package/package-module.ts';

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
