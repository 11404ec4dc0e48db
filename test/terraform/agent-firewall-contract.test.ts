import { expect, it } from 'vitest';
import { registryOfFile } from '../support/terraform/of-file.ts';
import { projectOf } from '../support/terraform/project.ts';

// What our templates may rely on, checked against the stand-in here and, with AGENT_FIREWALL_MODULE_DIR, against
// the real module.

const registry = await registryOfFile();
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
  const project = await projectOf(registry, { 'main.tf': text });
  const home = '$HOME/.coder-modules/coder/agent-firewall';
  const own = {
    wrapper: `${home}/scripts/agent-firewall-wrapper.sh`,
    config: `${home}/config/config.yaml`,
    scripts: ['coder-agent-firewall-install_script'],
  };
  const { outputs } = await project.apply();
  expect(outputs).toEqual({ own, given: { ...own, config: '/etc/rules.yaml' } });
});
