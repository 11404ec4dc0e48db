import { chmodSync, createReadStream, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import type { RequestListener, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { agentapiDir } from '../support/agentapi/agentapi.ts';
import { AMP_FILE, DOWNLOAD_HOSTS, INSTALLER } from '../support/amp/installer.ts';
import { realAmpDir } from '../support/amp/real-amp.ts';
import { temporaryFolder } from '../support/folders.ts';
import { type Internet, startInternet } from '../support/internet.ts';
import type { Workspace } from '../support/workspace/workspace.ts';
import { threadIn, useFixture } from './fixture.ts';

const fixture = useFixture();

const RELEASE = '/coder/agentapi/releases/download/v0.12.1/';

/** Stands in for the internet. @param github serves AgentAPI's releases */
const world =
  (github: RequestListener = release): RequestListener =>
  (request, response) => {
    const address = `${request.headers.host}${request.url}`;
    if (address === 'ampcode.com/install.sh') response.end(INSTALLER);
    else if (address === AMP_FILE) createReadStream(join(realAmpDir(), 'amp')).pipe(response);
    else if (address.startsWith(`github.com${RELEASE}`)) github(request, response);
    else response.writeHead(404).end();
  };
const binary = () => readFileSync(join(agentapiDir(), 'agentapi'));
const release: RequestListener = (_, response) => response.end(binary());

/**
 * Whether tests running as root can run the workspace as another user: the AgentAPI stand-in lies in this
 * repository, and the real module writes to fixed names in /tmp, where other tests write as root.
 */
function canBeOrdinary(): boolean {
  if (process.getuid?.() !== 0 || process.env['AGENTAPI_MODULE_DIR'] !== undefined) return false;
  for (let folder = import.meta.dirname; folder !== '/'; folder = join(folder, '..')) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
  }
  return true;
}

/**
 * A workspace whose template sets the agent, the work folder and the key, on an image with nothing but Node.
 */
async function defaultWorkspace(): Promise<{ dev: Workspace; internet: Internet }> {
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  const internet = await startInternet(folder, DOWNLOAD_HOSTS);
  onTestFinished(internet.close);
  const dev = await fixture().workspace({ bare: true, ordinaryUser: canBeOrdinary() });
  writeFileSync(join(dev.home, '.curlrc'), internet.curlrc);
  await internet.answer(world());
  return { dev, internet };
}

const outputOf = (scripts: readonly { output: string }[]) => scripts.map(({ output }) => output).join('\n');

describe('with every input at its default', () => {
  it('I12: installs Amp and AgentAPI on the first start and downloads nothing on the next, which also works offline', async () => {
    const { dev, internet } = await defaultWorkspace();
    const first = await dev.start();
    expect(first.scripts.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    const thread = threadIn(dev.agentArgs());
    expect(internet.requests).toEqual([
      expect.stringContaining(`github.com${RELEASE}agentapi-linux-`),
      'ampcode.com/install.sh',
      AMP_FILE,
    ]);
    expect(realpathSync(join(dev.stateFolder, 'bin/agentapi'))).toBe(
      join(dev.stateFolder, 'bin/agentapi-0.12.1'),
    );
    expect((await dev.run('bash', ['-c', 'amp --version; agentapi --version'])).stdout).toMatch(
      /^0\.0\..*\nagentapi/,
    );
    dev.crash();

    const warm = await dev.start();
    expect(warm.scripts.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    expect(threadIn(dev.agentArgs())).toBe(thread);
    expect(internet.requests).toHaveLength(3);
    dev.crash();

    await internet.answer(null);
    dev.setImage({ AMP_URL: await fixture().amp.unreachableUrl() });
    const offline = await dev.start();
    expect(offline.scripts.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    expect(dev.log).toContain(`Starting the agent in ${thread} (start 3)`);
    expect(dev.read('logs/install.log')).not.toContain('Downloading');
  });

  it('a first start without AgentAPI says why and what to do; the next start catches up, however slow the line', async () => {
    const { dev, internet } = await defaultWorkspace();
    const html: RequestListener = (_, response) =>
      response.end('<!doctype html>\n<p>Log in to the proxy.</p>');
    const cases: readonly (readonly [RequestListener, string])[] = [
      [(request) => request.socket.destroy(), "can't be downloaded (curl:"],
      [(_, response) => response.writeHead(404).end(), 'answered with HTTP status 404'],
      [html, 'answered with a web page'],
    ];
    await dev.provision();
    for (const [github, why] of cases) {
      await internet.answer(world(github));
      const { scripts } = await dev.runStartScripts();
      expect(scripts.find(({ name }) => name === 'agentapi')?.exitCode).toBe(1);
      const said = outputOf(scripts);
      expect(said).toContain(
        `AgentAPI v0.12.1 can't be installed: https://github.com${RELEASE}agentapi-linux-`,
      );
      expect(said).toContain(why);
      expect(said).toContain('Set agentapi_download_url to a mirror');
      dev.crash();
    }

    const held: ServerResponse[] = [];
    await internet.answer(
      world((_, response) => {
        response.writeHead(200, { 'Content-Length': binary().length });
        response.write(binary().subarray(0, 100), () => held.push(response));
      }),
    );
    const starting = dev.runStartScripts();
    await expect.poll(() => held.length).toBe(1);
    held[0]?.end(binary().subarray(100));
    expect((await starting).scripts.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    threadIn(dev.agentArgs());
    // Amp was installed by the first start.
    expect(internet.requests.filter((address) => address === AMP_FILE)).toHaveLength(1);
  });
});
