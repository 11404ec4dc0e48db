import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ModuleRegistry, startModuleRegistry } from '../support/terraform/registry.ts';
import { terraformProject } from '../support/terraform/terraform.ts';

// What our templates may rely on, checked against the stand-in here and, with AGENT_FIREWALL_MODULE_DIR, against
// the real module.

let registry: ModuleRegistry;
const folder = mkdtempSync(path.join(tmpdir(), 'agent-firewall-'));
beforeAll(async () => {
  registry = await startModuleRegistry();
});
afterAll(async () => {
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
});

const use = (name: string, inputs: string) => `module "${name}" {
  source   = "registry.coder.com/coder/agent-firewall/coder"
  version  = "0.0.3"
  agent_id = "an-agent"
  ${inputs}
}
output "${name}" {
  value = {
    wrapper = module.${name}.agent_firewall_wrapper_path
    config  = module.${name}.agent_firewall_config_path
    scripts = module.${name}.scripts
  }
}
`;

it('names its wrapper, its rules and its script, with rules of its own or of the template', async () => {
  const text = use('own', '') + use('given', 'agent_firewall_config_path = "/etc/rules.yaml"');
  writeFileSync(path.join(folder, 'main.tf'), text);
  const project = terraformProject(folder, registry.cliConfig);
  await project.init();
  const home = '$HOME/.coder-modules/coder/agent-firewall';
  const own = {
    wrapper: `${home}/scripts/agent-firewall-wrapper.sh`,
    config: `${home}/config/config.yaml`,
    scripts: ['coder-agent-firewall-install_script'],
  };
  const { outputs } = await project.apply();
  expect(outputs).toEqual({ own, given: { ...own, config: '/etc/rules.yaml' } });
});
