import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { expect } from 'vitest';
import { placeNoBundle } from '../bundle.ts';
import { type Downloads, startDownloads } from '../downloads.ts';
import { eachTest } from '../each-test.ts';
import { temporaryFolder } from '../folders.ts';
import { installsNothing } from '../module-variables.ts';
import { makeProgram, makeScriptHome, runScript, type ScriptHome } from '../script.ts';

export const STATE = '.amp';
const VARIABLES = {
  ...installsNothing(STATE),
  AMP_MODULE_INSTALL_AGENTAPI: 'true',
  AMP_MODULE_AGENTAPI_ASKED: 'true',
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

/** Gives every test of a file its own. */
export const useAgentapiInstall = () => eachTest(() => AgentapiInstall.create());
