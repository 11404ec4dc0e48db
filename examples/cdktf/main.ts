// A template in TypeScript: an agent, and Amp under it. The compute resource is left out, as in the other examples.
import { resolve } from 'node:path';
import {
  App,
  TerraformDataSource,
  TerraformHclModule,
  TerraformOutput,
  TerraformResource,
  TerraformStack,
} from 'cdktf';

/** In a template of your own: registry.coder.com/coder-labs/sourcegraph-amp/coder, with a `version`. */
const source = resolve(import.meta.dirname, '../..');

class Workspace extends TerraformStack {
  constructor(app: App) {
    super(app, 'workspace');
    // There is no prebuilt binding for Coder's provider: its blocks are written by their names.
    this.addOverride('terraform.required_providers.coder', { source: 'coder/coder', version: '>= 2.13' });
    new TerraformDataSource(this, 'me', { terraformResourceType: 'coder_workspace' });
    const agent = new TerraformResource(this, 'main', { terraformResourceType: 'coder_agent' });
    agent.addOverride('os', 'linux');
    agent.addOverride('arch', 'amd64');

    const amp = new TerraformHclModule(this, 'amp', {
      source,
      variables: {
        agent_id: agent.interpolationForAttribute('id'),
        workdir: '/home/coder/project',
        labels: ['cdktf'],
      },
    });
    // There while the workspace runs, gone while it is stopped.
    amp.addOverride('count', '${data.coder_workspace.me.start_count}');
    new TerraformOutput(this, 'task_app_id', { value: '${one(module.amp[*].task_app_id)}' });
  }
}

const app = new App({ outdir: resolve('cdktf.out') });
new Workspace(app);
app.synth();
