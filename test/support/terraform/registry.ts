import { createReadStream } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { listen } from '../ports.ts';
import { readContract } from './interface.ts';
import { providerMirror } from './providers.ts';

/** The version of AgentAPI's module that ours requires. */
const agentapiModuleVersion = '2.4.0';

/** Where Terraform's module registry protocol looks for a module, below the service's address. */
const agentapiPath = '/v1/modules/coder/agentapi/coder';
const firewallPath = '/v1/modules/coder/agent-firewall/coder';
const firewallModuleVersion = '0.0.3';
/** What the real module of the firewall uses, in the version that it requires. */
const utilsPath = '/v1/modules/coder/coder-utils/coder';
const utilsModuleVersion = '0.0.1';
const ownPath = '/v1/modules/coder-labs/sourcegraph-amp/coder';

/** A registry on loopback, and the CLI configuration with which Terraform uses it. */
export interface ModuleRegistry {
  /** for TF_CLI_CONFIG_FILE */
  cliConfig: string;
  close(): Promise<void>;
}

/** For manual runs against AgentAPI's real module. */
const realAgentapiModule = process.env['AGENTAPI_MODULE_DIR'];

/**
 * The folder that is served as AgentAPI's module: the real one, or a copy of the stand-in beside this file, whose
 * inputs are those of the contract. It accepts them all and ignores some.
 *
 * @param made where to put the copy
 */
export async function agentapiModuleFolder(made: string): Promise<string> {
  if (realAgentapiModule !== undefined) return realAgentapiModule;
  await cp(path.join(import.meta.dirname, 'agentapi-module'), made, { recursive: true });
  const { variables } = await readContract(`agentapi-module-${agentapiModuleVersion}`);
  const inputs = variables.map(({ name, required, ...input }) => [name, input]);
  await writeFile(
    path.join(made, 'variables.tf.json'),
    JSON.stringify({ variable: Object.fromEntries(inputs) }),
  );
  return made;
}

/**
 * The folder that is served as the agent firewall's module: the stand-in beside this file, or
 * AGENT_FIREWALL_MODULE_DIR, beside which the real one's coder-utils must be.
 */
function firewallModuleFolder(): string {
  return process.env['AGENT_FIREWALL_MODULE_DIR'] ?? path.join(import.meta.dirname, 'agent-firewall-module');
}

/** Our own module as released: an archive built by `npm run package`. */
export interface Release {
  readonly version: string;
  readonly archive: string;
}

/**
 * Starts a module registry on loopback that has AgentAPI's module and the agent firewall's, so that Terraform
 * resolves the real source address and version constraint without the network; providers come from
 * `providerMirror`.
 *
 * @param release our own module, served under its address in Coder's registry; null for none
 * @throws what `providerMirror` throws
 */
export async function startModuleRegistry(release: Release | null = null): Promise<ModuleRegistry> {
  const mirror = await providerMirror();
  const folder = await mkdtemp(path.join(tmpdir(), 'module-registry-'));
  const agentapiModule = await agentapiModuleFolder(path.join(folder, 'agentapi-module'));
  const answers: Record<string, (response: ServerResponse) => void> = {
    [`${agentapiPath}/versions`]: (response) => sendVersions(response, agentapiModuleVersion),
    // Terraform accepts a local folder as well as an archive's URL.
    [`${agentapiPath}/${agentapiModuleVersion}/download`]: (response) =>
      sendSource(response, pathToFileURL(agentapiModule).href),
    [`${firewallPath}/versions`]: (response) => sendVersions(response, firewallModuleVersion),
    [`${firewallPath}/${firewallModuleVersion}/download`]: (response) =>
      sendSource(response, pathToFileURL(firewallModuleFolder()).href),
    [`${utilsPath}/versions`]: (response) => sendVersions(response, utilsModuleVersion),
    [`${utilsPath}/${utilsModuleVersion}/download`]: (response) =>
      sendSource(response, pathToFileURL(path.join(firewallModuleFolder(), '../coder-utils')).href),
  };
  if (release !== null) {
    const archive = `/${path.basename(release.archive)}`;
    answers[`${ownPath}/versions`] = (response) => sendVersions(response, release.version);
    answers[`${ownPath}/${release.version}/download`] = (response) => sendSource(response, archive);
    answers[archive] = (response) => createReadStream(release.archive).pipe(response);
  }
  const server = createServer((request, response) => {
    // Terraform appends its own query to an archive's URL.
    const answer = answers[(request.url ?? '').replace(/\?.*/, '')];
    if (answer === undefined) response.writeHead(404).end();
    else answer(response);
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
  # For a template of one's own that has further providers.
  direct { exclude = ["coder/coder", "hashicorp/null"] }
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

function sendVersions(response: ServerResponse, version: string): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ modules: [{ versions: [{ version }] }] }));
}

function sendSource(response: ServerResponse, address: string): void {
  response.writeHead(204, { 'x-terraform-get': address }).end();
}
