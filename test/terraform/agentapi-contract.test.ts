import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/ports.ts';
import { scriptNamed } from '../support/terraform/embedded.ts';
import { openTemplate, type TemplateProject } from '../support/terraform/template.ts';
import type { State } from '../support/terraform/terraform.ts';
import { type FakeWorkspace, fakeWorkspace } from '../support/terraform/workspace.ts';

// What our scripts may rely on, checked against the stand-in here and, with AGENTAPI_MODULE_DIR, against the
// real module.

/** AgentAPI's folder, below the home folder. */
const AGENTAPI = '.coder-modules/coder-labs/sourcegraph-amp/agentapi';

let template: TemplateProject;
beforeAll(async () => {
  template = await openTemplate({
    'install.sh': 'echo installing; exit 3\n',
    'start.sh':
      'env > "$HOME/start-env"; pwd > "$HOME/start-folder"; echo "$*" > "$HOME/start-arguments"; exec agentapi "$2"\n',
  });
});
afterAll(() => template.close());

let port: number;
let workspace: FakeWorkspace;
let state: State;
const stop = () => workspace.run(scriptNamed(state, 'agentapi_shutdown'));

/** A workspace with this AgentAPI, started with these inputs. */
async function start(agentapi: string | undefined, persistence: boolean) {
  port = await freePort();
  workspace = await fakeWorkspace(agentapi);
  state = await template.apply({
    workdir: path.join(workspace.home, 'new', 'project'),
    agentapi_port: port,
    agentapi_version: 'latest',
    enable_state_persistence: persistence,
    pre_install_script: '#!/bin/sh\necho before >> "$HOME/order"\n',
    post_install_script: '#!/bin/sh\necho after >> "$HOME/order"\n',
  });
  return workspace.run(scriptNamed(state, 'agentapi'));
}

async function startEnvironment(): Promise<Record<string, string>> {
  const lines = (await workspace.read('start-env'))
    .split('\n')
    .filter((line) => line.startsWith('AGENTAPI_'));
  return Object.fromEntries(lines.map((line) => line.split('=', 2)));
}

describe('with AgentAPI 0.12.1 and persistence', () => {
  beforeAll(async () => {
    const { exitCode, all } = await start('0.12.1', true);
    expect([exitCode, all]).toEqual([0, expect.stringContaining('installing')]);
  });
  afterAll(async () => {
    await stop();
    await workspace.close();
  });

  it('runs our start script in the work folder, with the port and the paths of its files', async () => {
    expect((await workspace.read('start-folder')).trim()).toBe(path.join(workspace.home, 'new', 'project'));
    expect((await workspace.read('start-arguments')).trim()).toBe(`true ${port}`);
    const folder = path.join(workspace.home, AGENTAPI);
    expect(await startEnvironment()).toEqual({
      AGENTAPI_ALLOWED_HOSTS: '*',
      AGENTAPI_BOUNDARY_PREFIX: '',
      AGENTAPI_CHAT_BASE_PATH: '',
      AGENTAPI_PID_FILE: path.join(folder, 'agentapi.pid'),
      AGENTAPI_STATE_FILE: path.join(folder, 'agentapi-state.json'),
      AGENTAPI_SAVE_STATE: 'true',
      AGENTAPI_LOAD_STATE: 'true',
    });
  });

  it('carries on after our install script failed, between the user’s own two', async () => {
    expect(await workspace.read(`${AGENTAPI}/install.log`)).toBe('installing\n');
    expect(await workspace.read(`${AGENTAPI}/install.sh`)).toMatch(/^#!\/usr\/bin\/env bash\neval "\$\(/);
    expect(await workspace.read(`${AGENTAPI}/scripts/agentapi-start.sh`)).toMatch(
      /^#!\/usr\/bin\/env bash\neval "\$\(/,
    );
    expect(await workspace.read('order')).toBe('before\nafter\n');
  });

  it('asks AgentAPI to save at stop, then to end, and waits for it', async () => {
    expect((await stop()).exitCode).toBe(0);
    expect(await workspace.read('signals')).toBe('SIGUSR1\nSIGTERM\n');
  });
});

it.each([
  ['persistence is off', '0.12.1', false],
  ['AgentAPI is older than 0.12.0', '0.11.8', true],
])('names no state file and sends no SIGUSR1 when %s', async (_, version, persistence) => {
  expect((await start(version, persistence)).exitCode).toBe(0);
  try {
    expect(Object.keys(await startEnvironment()).filter((name) => name.includes('STATE'))).toEqual([]);
    await stop();
    expect(await workspace.read('signals')).toBe('SIGTERM\n');
  } finally {
    await workspace.close();
  }
});

it('fails when there is no AgentAPI', async () => {
  const { exitCode, all } = await start(undefined, true);
  await workspace.close();
  expect(exitCode).toBe(1);
  expect(all).toContain('Error: ');
});
