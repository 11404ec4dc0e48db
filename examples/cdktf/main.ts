// A template in TypeScript: a container on Docker with its home folder on a volume, and Amp in it. ../docker is the same
// template in HCL, and explains each part.
import {
  App,
  TerraformDataSource,
  TerraformHclModule,
  TerraformResource,
  TerraformStack,
  TerraformVariable,
} from 'cdktf';
import type { Construct } from 'constructs';

/** A resource, by its names in Terraform: Coder's provider has no prebuilt bindings. */
function resource(scope: Construct, terraformResourceType: string, name: string, attributes: object) {
  const made = new TerraformResource(scope, name, { terraformResourceType });
  for (const [attribute, value] of Object.entries(attributes)) made.addOverride(attribute, value);
  return made;
}

class Workspace extends TerraformStack {
  constructor(app: App) {
    super(app, 'workspace');
    this.addOverride('terraform.required_version', '>= 1.9');
    this.addOverride('terraform.required_providers', {
      coder: { source: 'coder/coder', version: '>= 2.13' },
      docker: { source: 'kreuzwerker/docker', version: '>= 3.0' },
    });
    this.addOverride('provider.docker', [{}]);
    new TerraformDataSource(this, 'provisioner', { terraformResourceType: 'coder_provisioner' });
    new TerraformDataSource(this, 'me', { terraformResourceType: 'coder_workspace' });

    const key = new TerraformVariable(this, 'amp_api_key', {
      description:
        "Amp's API key, for every workspace of this template. Leave it empty when users log in themselves.",
      type: 'string',
      default: '',
      sensitive: true,
    });

    const agent = resource(this, 'coder_agent', 'main', {
      os: 'linux',
      arch: '${data.coder_provisioner.provisioner.arch}',
      metadata: [
        {
          key: 'amp',
          display_name: 'Amp',
          script: 'amp-session status --line 2> /dev/null || echo not ready',
          interval: 10,
          timeout: 5,
        },
      ],
    });
    resource(this, 'docker_volume', 'home', {
      name: 'coder-${data.coder_workspace.me.id}-home',
      lifecycle: { ignore_changes: 'all' },
    });
    resource(this, 'docker_container', 'workspace', {
      count: '${data.coder_workspace.me.start_count}',
      image: 'codercom/example-base:ubuntu',
      name: 'coder-${data.coder_workspace.me.id}',
      entrypoint: ['sh', '-c', '${coder_agent.main.init_script}'],
      env: ['CODER_AGENT_TOKEN=${coder_agent.main.token}'],
      destroy_grace_seconds: 60,
      volumes: [{ container_path: '/home/coder', volume_name: '${docker_volume.home.name}' }],
    });
    resource(this, 'coder_script', 'clone', {
      agent_id: agent.interpolationForAttribute('id'),
      display_name: 'Clone the repository',
      run_on_start: true,
      script: [
        '#!/usr/bin/env bash',
        'set -euo pipefail',
        'coder exp sync start clone-repository',
        "trap 'coder exp sync complete clone-repository' EXIT",
        '[[ -e /home/coder/project/.git ]] || git clone https://github.com/coder/coder /home/coder/project',
      ].join('\n'),
    });

    const amp = new TerraformHclModule(this, 'amp', {
      source: 'registry.coder.com/coder-labs/sourcegraph-amp/coder',
      version: '5.0.0',
      variables: {
        agent_id: agent.interpolationForAttribute('id'),
        workdir: '/home/coder/project',
        wait_for: ['clone-repository'],
        amp_api_key: key.value,
      },
    });
    // There while the workspace runs, gone while it is stopped.
    amp.addOverride('count', '${data.coder_workspace.me.start_count}');
  }
}

const app = new App();
new Workspace(app);
app.synth();
