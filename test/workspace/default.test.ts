import { realpathSync } from 'node:fs';
import type { RequestListener, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AMP_FILE } from '../support/amp/installer.ts';
import { AGENTAPI_HOST, AGENTAPI_RELEASE, agentapiFile, world } from '../support/network/world.ts';
import { failed, fixtureOfFile, threadIn } from './fixture.ts';
import { contactsOf, hostsOf, networked } from './networked.ts';

const fixture = await fixtureOfFile();

const outputOf = (scripts: readonly { output: string }[]) => scripts.map(({ output }) => output).join('\n');

describe('with every input at its default', () => {
  it('I12: installs Amp and AgentAPI on the first start and downloads nothing on the next, which also works offline', async () => {
    const there = await networked(fixture);
    const { dev, network } = there;
    const atFirst = contactsOf(there);
    const first = await dev.start();
    expect(failed(first.scripts)).toEqual([]);
    const thread = threadIn(dev.agentArgs());
    const installed = await atFirst();
    expect(hostsOf(installed, 'curl')).toEqual([
      'ampcode.com',
      'github.com',
      AGENTAPI_HOST,
      'static.ampcode.com',
    ]);
    // Amp looks for a newer version of itself, downloads ripgrep and asks whether its service is up.
    const hosts = ['ampcode.com', 'static.ampcode.com', 'statuspage.incident.io'];
    expect(hostsOf(installed, 'amp')).toEqual([...hosts, 'storage.googleapis.com']);
    expect(realpathSync(join(dev.stateFolder, 'bin/agentapi'))).toBe(
      join(dev.stateFolder, 'bin/agentapi-0.12.1'),
    );
    expect((await dev.run('bash', ['-c', 'amp --version; agentapi --version'])).stdout).toMatch(
      /^0\.0\..*\nagentapi/,
    );
    dev.crash();

    const later = contactsOf(there);
    const warm = await dev.start();
    expect(failed(warm.scripts)).toEqual([]);
    expect(threadIn(dev.agentArgs())).toBe(thread);
    const contacted = await later();
    expect(hostsOf(contacted, 'amp')).toEqual(hosts);
    expect([...new Set(contacted.map(({ program }) => program))]).toEqual(['amp']);
    // Nothing else was so much as looked up.
    expect([...network.names].sort()).toEqual(hostsOf(installed, 'amp', 'curl'));
    dev.crash();

    network.answer(null);
    const offline = await dev.start();
    expect(failed(offline.scripts)).toEqual([]);
    expect(dev.log).toContain(`Starting the agent in ${thread} (start 3)`);
    expect(dev.read('logs/install.log')).not.toContain('Downloading');
  });

  it('a first start without AgentAPI says why and what to do; the next start catches up, however slow the line', async () => {
    const { dev, network } = await networked(fixture);
    const html: RequestListener = (_, response) =>
      response.end('<!doctype html>\n<p>Log in to the proxy.</p>');
    const cases: readonly (readonly [RequestListener, string])[] = [
      [(request) => request.socket.destroy(), "can't be downloaded (curl:"],
      [(_, response) => response.writeHead(404).end(), 'answered with HTTP status 404'],
      [html, 'answered with a web page'],
    ];
    await dev.provision();
    for (const [github, why] of cases) {
      network.answer(world({ release: github }));
      const { scripts } = await dev.runStartScripts();
      expect(scripts.find(({ name }) => name === 'agentapi')?.exitCode).toBe(1);
      const said = outputOf(scripts);
      expect(said).toContain(
        `AgentAPI v0.12.1 can't be installed: https://${AGENTAPI_RELEASE}agentapi-linux-`,
      );
      expect(said).toContain(why);
      expect(said).toContain('Set agentapi_download_url to a mirror');
      dev.crash();
    }

    const held: ServerResponse[] = [];
    network.answer(
      world({
        release: (_, response) => {
          response.writeHead(200, { 'Content-Length': agentapiFile().length });
          response.write(agentapiFile().subarray(0, 100), () => held.push(response));
        },
      }),
    );
    const starting = dev.runStartScripts();
    await expect.poll(() => held.length).toBe(1);
    held[0]?.end(agentapiFile().subarray(100));
    expect(failed((await starting).scripts)).toEqual([]);
    threadIn(dev.agentArgs());
    // Amp was installed by the first start.
    expect(network.requests.filter(({ host, path }) => `${host}${path}` === AMP_FILE)).toHaveLength(1);
  });
});
