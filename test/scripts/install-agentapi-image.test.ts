import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeProgram } from '../support/script.ts';
import { useAgentapiInstall } from '../support/scripts/install-agentapi.ts';

const install = useAgentapiInstall();

describe('the `agentapi` of the image', () => {
  const image = (version: string) =>
    makeProgram(join(install().machine.bin, 'agentapi'), `echo "agentapi version ${version}"`);

  it.each([
    ['nothing was asked for and it keeps the chat', '0.12.0', 'false', []],
    ['nothing was asked for and it is newer', '1.3.0', 'false', []],
    ['nothing was asked for and it does not keep the chat', '0.11.8', 'false', ['downloaded']],
    ['it is what was asked for', '0.12.1', 'true', []],
    ['another version was asked for', '0.12.2', 'true', ['downloaded']],
  ])('when %s', async (_name, version, asked, expected) => {
    image(version);
    await install().run({ AMP_MODULE_AGENTAPI_ASKED: asked });
    expect(install().server.requests.map(() => 'downloaded')).toEqual(expected);
    expect(install().onPath()).toBe(`agentapi version ${expected.length === 0 ? version : '0.12.1'}`);
  });

  it('is used again once it is the wanted version, though another was installed', async () => {
    await install().earlier('0.12.0');
    image('0.12.1');
    await install().run();
    expect(install().onPath()).toBe('agentapi version 0.12.1');
    expect(install().server.requests).toHaveLength(1);
  });

  it('runs when the wanted one is unavailable, with a warning where that loses the chat', async () => {
    image('0.11.8');
    install().server.close();
    const { all } = await install().run({ AMP_MODULE_AGENTAPI_ASKED: 'false' });
    expect(all).toMatch(/AgentAPI v0\.12\.1 can't be installed: .*Set agentapi_download_url/);
    expect(all).toContain("AgentAPI 0.11.8, the image's, runs instead.");
    expect(all).toContain(
      "AgentAPI 0.11.8 can't keep the chat across a restart: that needs 0.12.0 or later.",
    );
    expect(install().onPath()).toBe('agentapi version 0.11.8');
  });

  it('is the only choice when install_agentapi is false', async () => {
    const none = await install().run({ AMP_MODULE_INSTALL_AGENTAPI: 'false' });
    expect(none.all).toContain('There is no agentapi on PATH that runs, and install_agentapi is false');
    image('0.9.0');
    const { all } = await install().run({
      AMP_MODULE_INSTALL_AGENTAPI: 'false',
      AMP_MODULE_PERSISTENCE: 'false',
    });
    expect(all).toContain('AgentAPI 0.9.0 is installed.');
    expect(all).not.toContain('keep the chat');
    expect(install().server.requests).toEqual([]);
  });

  it('is missing and must not be installed: the one from an earlier start runs', async () => {
    await install().earlier('0.12.1');
    const { all } = await install().run({ AMP_MODULE_INSTALL_AGENTAPI: 'false' });
    expect(all).toContain('AgentAPI 0.12.1, the one from an earlier start, runs instead.');
    expect(install().onPath()).toBe('agentapi version 0.12.1');
  });
});
