import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { beforeEach, expect } from 'vitest';
import { placeNoBundle } from '../bundle.ts';
import { type Downloads, startDownloads } from '../downloads.ts';
import { temporaryFolder } from '../folders.ts';
import { makeProgram, makeScriptHome, runScript, type ScriptHome } from '../script.ts';

export const STATE = '.coder-modules/coder-labs/sourcegraph-amp';
const VARIABLES = {
  AMP_MODULE_STATE_DIR: STATE,
  AMP_MODULE_AGENTAPI_DIR: `${STATE}/agentapi`,
  AMP_MODULE_BUNDLE_SHA256: 'none',
  AMP_MODULE_PORT: '3284',
  AMP_MODULE_OPENER: 'bin/terminal-main',
  AMP_MODULE_PERSISTENCE: 'true',
  AMP_MODULE_INSTALL_AMP: 'false',
  AMP_MODULE_INSTALL_VIA_NPM: 'false',
  AMP_MODULE_AMP_VERSION: '',
  AMP_MODULE_AMP_INSTALL_URL: 'http://127.0.0.1:9/',
  AMP_MODULE_NPM_REGISTRY: '',
  AMP_MODULE_INSTALL_AGENTAPI: 'true',
  AMP_MODULE_AGENTAPI_VERSION: 'v0.12.1',
  AMP_MODULE_AGENTAPI_ASKED: 'true',
  AMP_MODULE_AGENTAPI_SHA256: '',
};
export const LAST_MODIFIED = 'Mon, 06 Apr 2026 10:00:00 GMT';

/** An AgentAPI that knows its version. */
export const agentapi = (version: string) => `#!/usr/bin/env bash\necho "agentapi version ${version}"\n`;
const versionIn = (path = '') => /v([\d.]+)\//.exec(path)?.[1] ?? '0.12.1';

/** Answers with the version in the path. */
export const release: RequestListener = (request, response) => {
  response.setHeader('Last-Modified', LAST_MODIFIED);
  response.end(agentapi(versionIn(request.url)));
};

/** Runs install.sh for AgentAPI alone, in a home and with a server of releases that every test gets anew. */
export class AgentapiInstall {
  machine: ScriptHome;
  server: Downloads;

  private constructor(machine: ScriptHome, server: Downloads) {
    this.machine = machine;
    this.server = server;
  }

  static async create(): Promise<AgentapiInstall> {
    const machine = makeScriptHome(temporaryFolder());
    for (const name of ['bin', 'bundle']) mkdirSync(join(machine.home, STATE, name), { recursive: true });
    makeProgram(join(machine.home, STATE, 'bin/amp-session'), 'true');
    placeNoBundle(join(machine.home, STATE), 'none');
    makeProgram(join(machine.bin, 'uname'), 'echo x86_64');
    return new AgentapiInstall(machine, await startDownloads(release));
  }

  /** Puts another server in place of the one that has every release. */
  async serve(answer: RequestListener): Promise<void> {
    this.server = await startDownloads(answer);
  }

  run(change: Record<string, string> = {}, options: Parameters<typeof runScript>[3] = {}) {
    const url = `${this.server.url}/{version}/agentapi-linux-{arch}`;
    return runScript(
      'install.sh',
      this.machine,
      { ...VARIABLES, AMP_MODULE_AGENTAPI_URL: url, ...change },
      options,
    );
  }

  /** Makes an earlier start install AgentAPI at a version. */
  async earlier(version: string): Promise<void> {
    await this.run({ AMP_MODULE_AGENTAPI_VERSION: `v${version}` });
    expect(this.onPath()).toBe(`agentapi version ${version}`);
  }

  inBin(name: string): string {
    return join(this.machine.home, STATE, 'bin', name);
  }

  /** What is in the module's own bin folder, besides amp-session. */
  files(): string[] {
    return readdirSync(this.inBin('')).filter((name) => name !== 'amp-session');
  }

  /** The version of the `agentapi` that AgentAPI's module finds; empty if none. */
  onPath(): string {
    const found = join(this.machine.home, 'script-bin/agentapi');
    const path = existsSync(found) ? found : join(this.machine.bin, 'agentapi');
    return existsSync(path) ? execFileSync(path, ['--version'], { encoding: 'utf8' }).trim() : '';
  }
}

/** Gives every test of a file an installation of its own. */
export function useAgentapiInstall(): () => AgentapiInstall {
  let current: AgentapiInstall;
  beforeEach(async () => {
    current = await AgentapiInstall.create();
  });
  return () => current;
}
