import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeProgram } from '../support/script.ts';
import { agentapi, useAgentapiInstall } from '../support/scripts/install-agentapi.ts';

const install = useAgentapiInstall();
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const WRONG = sha256('another file');
const pins = (value: string) => ({ AMP_MODULE_AGENTAPI_SHA256: value });

describe('agentapi_sha256', () => {
  it.each(['x86_64', 'aarch64'])('installs the file that is pinned for %s', async (machine) => {
    makeProgram(join(install().machine.bin, 'uname'), `echo ${machine}`);
    const right = sha256(agentapi('0.12.1'));
    const pin = machine === 'x86_64' ? `amd64:${right} arm64:${WRONG}` : `amd64:${WRONG} arm64:${right}`;
    const { all } = await install().run(pins(pin));
    expect(all).toContain('AgentAPI 0.12.1 is installed.');
    const { requests } = install().server;
    await install().run(pins(pin));
    expect(requests).toHaveLength(1);
  });

  const marks = `${agentapi('0.12.1')}touch "$HOME/was-run"\n`;
  const wasRun = () => existsSync(join(install().machine.home, 'was-run'));

  it('never runs another file, not even to ask for its version, and says what it got', async () => {
    await install().serve((_, response) => response.end(marks));
    const { all } = await install().run(pins(`amd64:${WRONG}`));
    expect(wasRun()).toBe(false);
    expect(all).toContain(
      `AgentAPI v0.12.1 can't be installed: the file from ${install().server.url}/v0.12.1/agentapi-linux-amd64 has the SHA-256 checksum ${sha256(marks)}, and agentapi_sha256 has another one. Correct agentapi_sha256 only if you know that this file is the one you want.\n`,
    );
    expect(install().files()).toEqual([]);
    expect(install().onPath()).toBe('');

    // The file was what this test takes it for.
    await install().run(pins(`amd64:${sha256(marks)}`));
    expect(wasRun()).toBe(true);
  });

  it('runs no file on an architecture that has no checksum', async () => {
    await install().serve((_, response) => response.end(marks));
    const { all } = await install().run(pins(`arm64:${sha256(marks)}`));
    expect(wasRun()).toBe(false);
    expect(all).toContain('and agentapi_sha256 has none for amd64.');
  });

  it('runs what is there when the download is another file', async () => {
    await install().earlier('0.12.0');
    const { all } = await install().run(pins(`amd64:${WRONG}`));
    expect(all).toContain('AgentAPI 0.12.0, the one from an earlier start, runs instead.');
    expect(install().files()).toEqual(['agentapi', 'agentapi-0.12.0']);
    expect(install().onPath()).toBe('agentapi version 0.12.0');
  });

  it('replaces a file of the wanted version that was installed before it was pinned', async () => {
    await install().earlier('0.12.1');
    await install().serve((_, response) => response.end(marks));
    const { all } = await install().run(pins(`amd64:${sha256(marks)}`));
    expect(all).toContain('AgentAPI 0.12.1 is installed.');
    expect(install().server.requests).toHaveLength(1);
    expect(wasRun()).toBe(true);
  });
});
