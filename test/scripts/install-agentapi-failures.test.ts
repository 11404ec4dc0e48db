import { existsSync } from 'node:fs';
import type { RequestListener, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fullVolume, makeProgram } from '../support/script.ts';
import { agentapi, release, useAgentapiInstall } from '../support/scripts/install-agentapi.ts';
import { findTool, killAll } from '../support/workspace/machine.ts';

const HINT =
  'Set agentapi_download_url to a mirror that can be reached, or put agentapi into the image and set install_agentapi to false.';

const install = useAgentapiInstall();

describe('when the download fails', () => {
  const html = '<!DOCTYPE html>\n<html><body>Log in first. $(touch pwned)</body></html>\n';
  const cases: readonly (readonly [string, RequestListener, string])[] = [
    ['404', (_, response) => response.writeHead(404).end('gone'), 'answered with HTTP status 404.'],
    ['a page of a proxy', (_, response) => response.end(html), 'answered with a web page'],
    ['text', (_, response) => response.end('touch pwned\n'), 'is not an AgentAPI that runs on this machine.'],
    [
      'a program for another machine',
      (_, response) => response.end('\x7fELFnonsense'),
      'is not an AgentAPI that',
    ],
    ['another version', (_, response) => response.end(agentapi('0.1.0')), 'served AgentAPI 0.1.0.'],
    ['half of it', cutShort, "can't be downloaded (curl: (18)"],
    ['a closed connection', (request) => request.socket.destroy(), "can't be downloaded (curl: (52)"],
  ];

  it.each(cases)(
    '%s, with none installed: says what failed and what to do, and leaves nothing behind',
    async (_name, answer, why) => {
      await install().serve(answer);
      const { all } = await install().run();
      expect(all).toContain(`AgentAPI v0.12.1 can't be installed: `);
      expect(all).toContain(`${install().server.url}/v0.12.1/agentapi-linux-amd64`);
      expect(all).toContain(why);
      expect(all).toContain(HINT);
      expect(install().files()).toEqual([]);
      expect(install().onPath()).toBe('');
      expect(existsSync(join(install().machine.home, 'pwned'))).toBe(false);
    },
  );

  it.each(cases)('%s, with another version installed: that one runs', async (_name, answer, why) => {
    await install().earlier('0.12.0');
    await install().serve(answer);
    const { all } = await install().run();
    expect(all).toContain(why);
    expect(all).toContain(`${HINT} AgentAPI 0.12.0, the one from an earlier start, runs instead.`);
    expect(install().files()).toEqual(['agentapi', 'agentapi-0.12.0']);
    expect(install().onPath()).toBe('agentapi version 0.12.0');
  });

  it('a stalled download is given up', async () => {
    await install().serve((_, response) => void response.writeHead(200).write('#!'));
    const curl = findTool('curl');
    // The same call with a limit of one second instead of thirty.
    makeProgram(join(install().machine.bin, 'curl'), `exec ${curl} "\${@/#30/1}"`);
    const { all } = await install().run();
    expect(all).toContain('did not answer in time, or is too slow (curl: (28)');
    expect(install().files()).toEqual([]);
  });

  it('a full volume is reported', async () => {
    await install().serve((_, response) => response.end(`${agentapi('0.12.1')}${'#'.repeat(100_000)}`));
    const { all } = await install().run({}, { wrapper: fullVolume(8) });
    expect(all).toContain(
      'could not be written: is the volume full or read-only, or the file larger than the 8 KiB',
    );
    expect(install().files()).toEqual([]);
  });

  it('a start killed while downloading leaves nothing for the next one to trip over', async () => {
    const held: ServerResponse[] = [];
    await install().serve((_, response) => {
      response.writeHead(200, { 'Content-Length': '1000' }).write('#!/usr/bin/env bash\n');
      held.push(response);
    });
    const run = install().run();
    await expect.poll(() => held.length).toBe(1);
    await expect.poll(() => install().files().length).toBe(1);
    killAll(install().machine.home);
    await run;
    expect(install().onPath()).toBe('');

    await install().serve(release);
    await install().run();
    expect(install().files()).toEqual(['agentapi', 'agentapi-0.12.1']);
    expect(install().onPath()).toBe('agentapi version 0.12.1');
  });
});

function cutShort(...[, response]: Parameters<RequestListener>): void {
  response.writeHead(200, { 'Content-Length': '1000' });
  response.write(agentapi('0.12.1'), () => response.socket?.destroy());
}
