import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Downloads, startDownloads } from '../support/downloads.ts';
import { type Internet, startInternet } from '../support/internet.ts';
import { release, useAgentapiInstall } from '../support/scripts/install-agentapi.ts';
import { makesAmp, NEW, useAmpInstall } from '../support/scripts/install-amp.ts';

const agentapi = useAgentapiInstall();
const amp = useAmpInstall();

const UNENCRYPTED =
  'has no encryption, as the template wants it: whoever is on the way can replace what is installed.';

/** A mirror with https that leads to a server without, and a home whose curl knows the mirror. */
async function mirrorOf(home: string, plain: RequestListener): Promise<{ https: Internet; http: Downloads }> {
  const folder = join(home, '..', 'certificates');
  mkdirSync(folder);
  const https = await startInternet(folder, ['mirror.example', 'localhost']);
  onTestFinished(https.close);
  const http = await startDownloads(plain);
  await https.answer((request, response) =>
    response.writeHead(302, { Location: `${http.url}${request.url}` }).end(),
  );
  writeFileSync(join(home, '.curlrc'), https.curlrc);
  return { https, http };
}

describe('an https address that leads to http', () => {
  it("is not followed for AgentAPI's executable", async () => {
    const { https, http } = await mirrorOf(agentapi().machine.home, release);
    const url = 'https://mirror.example/{version}/{arch}';
    const { all } = await agentapi().run({ AMP_MODULE_AGENTAPI_URL: url });
    expect(all).toContain(
      "AgentAPI v0.12.1 can't be installed: https://mirror.example/v0.12.1/amd64 leads to an address without https, which is not followed.",
    );
    expect(https.requests).toEqual(['mirror.example/v0.12.1/amd64']);
    expect(http.requests).toEqual([]);
    expect(agentapi().onPath()).toBe('');

    // With https all the way it is installed.
    await https.answer(release);
    expect((await agentapi().run({ AMP_MODULE_AGENTAPI_URL: url })).all).not.toContain(UNENCRYPTED);
    expect(agentapi().onPath()).toBe('agentapi version 0.12.1');
  });

  it("is not followed for Amp's installer", async () => {
    const { http } = await mirrorOf(amp().machine.home, (_, response) =>
      response.end(`#!/usr/bin/env bash\n${makesAmp('$HOME/.local/bin', NEW)}\n`),
    );
    const { all } = await amp().run({ AMP_MODULE_AMP_INSTALL_URL: 'https://mirror.example/install.sh' });
    expect(all).toContain(
      'https://mirror.example/install.sh leads to an address without https, which is not followed.',
    );
    expect(http.requests).toEqual([]);
  });

  it('is not followed by the curl of that installer, beside what the user has in .curlrc', async () => {
    const { https, http } = await mirrorOf(amp().machine.home, (_, response) =>
      response.end('not encrypted'),
    );
    const installer = (path: string) =>
      `#!/usr/bin/env bash\ncurl -sSL https://mirror.example/${path} -o "$HOME/$(basename $0).got" 2>&1\necho "curl ended with $?"; ls "$HOME"\n`;
    const redirect = (path = '') => ({ Location: `${http.url}${path}` });
    await https.answer((request, response) => {
      if (request.url === '/install.sh') response.end(installer('amp'));
      else response.writeHead(302, redirect(request.url)).end();
    });
    const { all } = await amp().run({ AMP_MODULE_AMP_INSTALL_URL: 'https://mirror.example/install.sh' });
    expect(all).toContain('curl ended with 1\n');
    expect(https.requests).toEqual(['mirror.example/install.sh', 'mirror.example/amp']);
    expect(http.requests).toEqual([]);
  });

  it.each(['metadata', 'package'])("is not followed by npm for a package's %s", async (which) => {
    amp().useNpm();
    const { https, http } = await mirrorOf(amp().machine.home, (_, response) => response.end('{}'));
    if (which === 'package') {
      const dist = { tarball: `${http.url}/amp.tgz` };
      const versions = { [NEW]: { name: '@ampcode/cli', version: NEW, dist } };
      await https.answer((_, response) => {
        response.setHeader('Content-Type', 'application/json');
        response.end(JSON.stringify({ name: '@ampcode/cli', 'dist-tags': { latest: NEW }, versions }));
      });
    }
    const { all } = await amp().run(
      {
        AMP_MODULE_AMP_VERSION: NEW,
        AMP_MODULE_INSTALL_VIA_NPM: 'true',
        AMP_MODULE_NPM_REGISTRY: `https://localhost:${https.port}/`,
      },
      { env: { NODE_EXTRA_CA_CERTS: https.authority, NO_PROXY: 'localhost' } },
    );
    expect(all).toContain('The npm registry leads to an address without https, which is not followed.');
    expect(all).toContain(
      `Amp ${NEW} can't be installed: npm install @ampcode/cli@${NEW} exited with status 1`,
    );
    expect(https.requests.length).toBeGreaterThan(0);
    expect(http.requests).toEqual([]);
  });
});

describe('an http address that the template has', () => {
  it('is downloaded from, and the log says what that means', async () => {
    const { all } = await agentapi().run();
    expect(all).toContain(`${agentapi().server.url}/v0.12.1/agentapi-linux-amd64 ${UNENCRYPTED}`);
    expect(agentapi().onPath()).toBe('agentapi version 0.12.1');
  });

  it('is used by npm, and the log says what that means', async () => {
    amp().useNpm();
    const { http } = await mirrorOf(amp().machine.home, (_, response) => response.writeHead(404).end('{}'));
    const registry = `${http.url}/`;
    const npm = { AMP_MODULE_INSTALL_VIA_NPM: 'true', AMP_MODULE_NPM_REGISTRY: registry };
    const env = { NO_PROXY: '127.0.0.1' };
    expect((await amp().run(npm, { env })).all).toContain(`${registry} ${UNENCRYPTED}`);
    expect(http.requests).toContain('/@ampcode%2fcli');

    // Also where it is npm's own configuration that has it.
    const before = http.requests.length;
    writeFileSync(join(amp().machine.home, '.npmrc'), `registry=${registry}\n`);
    expect((await amp().run({ ...npm, AMP_MODULE_NPM_REGISTRY: '' }, { env })).all).toContain(
      `${registry} ${UNENCRYPTED}`,
    );
    expect(http.requests.slice(before)).toContain('/@ampcode%2fcli');
  });
});

describe("a project's files and variables", () => {
  it('have no part in an installation with npm', async () => {
    amp().useNpm();
    const { http } = await mirrorOf(amp().machine.home, (_, response) => response.writeHead(404).end('{}'));
    const { home } = amp().machine;
    const project = join(home, 'project');
    mkdirSync(project);
    writeFileSync(join(project, '.npmrc'), 'registry=http://127.0.0.1:1/\n');
    writeFileSync(join(home, '.npmrc'), `registry=${http.url}/\n`);
    const { all } = await amp().run(
      { AMP_MODULE_INSTALL_VIA_NPM: 'true' },
      {
        wrapper: ['env', '-C', project],
        env: { NO_PROXY: '127.0.0.1', NODE_OPTIONS: '--require dd-trace/init' },
      },
    );
    expect(all).toContain(`${http.url}/ ${UNENCRYPTED}`);
    expect(http.requests).toContain('/@ampcode%2fcli');
    expect(existsSync(join(project, 'node_modules'))).toBe(false);
    expect(readFileSync(join(home, '.npmrc'), 'utf8')).toBe(`registry=${http.url}/\n`);
  });
});
