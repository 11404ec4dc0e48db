import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { providerMirror } from './providers.ts';

/** The version of AgentAPI's module that this one asks for. */
const agentapiModuleVersion = '2.4.0';

/** Where Terraform's module registry protocol looks for `coder/agentapi/coder`, below the service's address. */
const modulePath = '/v1/modules/coder/agentapi/coder';

/** A registry on loopback, and the CLI configuration with which Terraform uses it. */
export interface ModuleRegistry {
  /** for TF_CLI_CONFIG_FILE */
  cliConfig: string;
  close(): Promise<void>;
}

/**
 * The folder that is served as AgentAPI's module: the stand-in beside this file, or what AGENTAPI_MODULE_DIR names,
 * for runs by hand against the real one.
 */
export function agentapiModuleFolder(): string {
  return process.env['AGENTAPI_MODULE_DIR'] ?? path.join(import.meta.dirname, 'agentapi-module');
}

/**
 * Starts a module registry on loopback that has AgentAPI's module, so that Terraform resolves the real source address
 * and version constraint of our module without the network; providers come from `providerMirror`.
 *
 * @throws what `providerMirror` throws
 */
export async function startModuleRegistry(): Promise<ModuleRegistry> {
  const mirror = await providerMirror();
  const folder = await mkdtemp(path.join(tmpdir(), 'module-registry-'));
  const server = createServer((request, response) => {
    if (request.url === `${modulePath}/versions`) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ modules: [{ versions: [{ version: agentapiModuleVersion }] }] }));
    } else if (request.url === `${modulePath}/${agentapiModuleVersion}/download`) {
      // Terraform takes a folder of this machine as it takes an archive's address.
      response.writeHead(204, { 'x-terraform-get': pathToFileURL(agentapiModuleFolder()).href }).end();
    } else {
      response.writeHead(404).end();
    }
  });
  const port = await listen(server);
  const cliConfig = path.join(folder, 'cli.tfrc');
  await writeFile(
    cliConfig,
    `host "registry.coder.com" {
  services = { "modules.v1" = "http://127.0.0.1:${port}/v1/modules/" }
}
provider_installation {
  filesystem_mirror { path = ${JSON.stringify(mirror)} }
}
`,
  );
  return {
    cliConfig,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The registry has no TCP port.');
  return address.port;
}
