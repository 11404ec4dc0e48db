import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
} from 'node:fs';
import type { RequestListener, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Downloads, startDownloads } from '../support/downloads.ts';
import { temporaryFolder } from '../support/folders.ts';
import {
  asOrdinaryUser,
  makeProgram,
  makeScriptHome,
  runScript,
  type ScriptHome,
} from '../support/script.ts';
import { killAll } from '../support/workspace/machine.ts';

const STATE = '.coder-modules/coder-labs/sourcegraph-amp';
const VARIABLES = {
  AMP_MODULE_STATE_DIR: STATE,
  AMP_MODULE_AGENTAPI_DIR: `${STATE}/agentapi`,
  AMP_MODULE_BUNDLE_SHA256: 'none',
  AMP_MODULE_PERSISTENCE: 'true',
  AMP_MODULE_INSTALL_AMP: 'false',
  AMP_MODULE_INSTALL_VIA_NPM: 'false',
  AMP_MODULE_AMP_VERSION: '',
  AMP_MODULE_AMP_INSTALL_URL: 'http://127.0.0.1:9/',
  AMP_MODULE_NPM_REGISTRY: '',
  AMP_MODULE_INSTALL_AGENTAPI: 'true',
  AMP_MODULE_AGENTAPI_VERSION: 'v0.12.1',
  AMP_MODULE_AGENTAPI_ASKED: 'true',
};
const LAST_MODIFIED = 'Mon, 06 Apr 2026 10:00:00 GMT';
const HINT =
  'Set agentapi_download_url to a mirror that can be reached, or put agentapi into the image and set install_agentapi to false.';

/** An AgentAPI that knows its version. */
const agentapi = (version: string) => `#!/usr/bin/env bash\necho "agentapi version ${version}"\n`;
const versionIn = (path = '') => /v([\d.]+)\//.exec(path)?.[1] ?? '0.12.1';
/** Answers with the version in the path. */
const release: RequestListener = (request, response) => {
  response.setHeader('Last-Modified', LAST_MODIFIED);
  response.end(agentapi(versionIn(request.url)));
};

let machine: ScriptHome;
let server: Downloads;
const inBin = (name: string) => join(machine.home, STATE, 'bin', name);
const files = () => readdirSync(join(machine.home, STATE, 'bin')).filter((name) => name !== 'amp-session');

const install = (change: Record<string, string> = {}, options: Parameters<typeof runScript>[3] = {}) =>
  runScript(
    'install.sh',
    machine,
    { ...VARIABLES, AMP_MODULE_AGENTAPI_URL: `${server.url}/{version}/agentapi-linux-{arch}`, ...change },
    options,
  );

/** The version of the `agentapi` that AgentAPI's module finds; empty if none. */
function onPath(): string {
  const found = join(machine.home, 'script-bin/agentapi');
  const path = existsSync(found) ? found : join(machine.bin, 'agentapi');
  return existsSync(path) ? execFileSync(path, ['--version'], { encoding: 'utf8' }).trim() : '';
}

/** Makes an earlier start install AgentAPI at a version. */
async function installed(version: string): Promise<void> {
  await install({ AMP_MODULE_AGENTAPI_VERSION: `v${version}` });
  expect(onPath()).toBe(`agentapi version ${version}`);
}

beforeEach(async () => {
  machine = makeScriptHome(temporaryFolder());
  for (const name of ['bin', 'bundle']) mkdirSync(join(machine.home, STATE, name), { recursive: true });
  makeProgram(inBin('amp-session'), 'true');
  makeProgram(join(machine.home, STATE, 'bundle/none.mjs'), 'true');
  makeProgram(join(machine.bin, 'uname'), 'echo x86_64');
  server = await startDownloads(release);
});

describe('a first start', () => {
  it('downloads AgentAPI into the home and puts it on PATH, as an ordinary user; the next start needs no network', async () => {
    const wrapper = asOrdinaryUser(join(machine.home, '..'));
    const first = await install({}, { wrapper });
    expect(first.all).toContain(
      `Downloading AgentAPI v0.12.1 from ${server.url}/v0.12.1/agentapi-linux-amd64…`,
    );
    expect(first.all).toContain('AgentAPI 0.12.1 is installed.');
    expect(onPath()).toBe('agentapi version 0.12.1');
    expect(files()).toEqual(['agentapi', 'agentapi-0.12.1']);

    server.close();
    const second = await install({}, { wrapper });
    expect(second.all).toContain('AgentAPI 0.12.1 is installed.');
    expect(second.all).not.toContain('Downloading');
    expect(server.requests).toEqual(['/v0.12.1/agentapi-linux-amd64']);
  });

  it("downloads the file for the machine's platform", async () => {
    makeProgram(join(machine.bin, 'uname'), 'echo aarch64');
    await install();
    expect(server.requests).toEqual(['/v0.12.1/agentapi-linux-arm64']);
  });

  it('says so on a machine for which AgentAPI has no release', async () => {
    makeProgram(join(machine.bin, 'uname'), 'echo riscv64');
    const { all } = await install();
    expect(all).toContain('AgentAPI is only released for amd64 and arm64; this machine is riscv64.');
    expect(server.requests).toEqual([]);
  });

  it.each([
    ['v0.12.1', 'https://github.com/coder/agentapi/releases/download/v0.12.1/agentapi-linux-amd64'],
    ['latest', 'https://github.com/coder/agentapi/releases/latest/download/agentapi-linux-amd64'],
  ])('downloads %s from its releases unless told otherwise', async (version, url) => {
    makeProgram(join(machine.bin, 'curl'), 'echo "${@: -1}" >>"$HOME/urls"; exit 6');
    const { all } = await install({ AMP_MODULE_AGENTAPI_VERSION: version, AMP_MODULE_AGENTAPI_URL: '' });
    expect(readFileSync(join(machine.home, 'urls'), 'utf8')).toBe(`${url}\n`);
    expect(all).toContain(url);
  });

  it('downloads once for several instances', async () => {
    const runs = await Promise.all(Array.from({ length: 6 }, () => install()));
    expect(runs.map(({ all }) => all.includes('AgentAPI 0.12.1 is installed.'))).toEqual(Array(6).fill(true));
    expect(server.requests).toHaveLength(1);
  });
});

describe('the `agentapi` of the image', () => {
  const image = (version: string) =>
    makeProgram(join(machine.bin, 'agentapi'), `echo "agentapi version ${version}"`);

  it.each([
    ['nothing was asked for and it keeps the chat', '0.12.0', 'false', []],
    ['nothing was asked for and it is newer', '1.3.0', 'false', []],
    ['nothing was asked for and it does not keep the chat', '0.11.8', 'false', ['downloaded']],
    ['it is what was asked for', '0.12.1', 'true', []],
    ['another version was asked for', '0.12.2', 'true', ['downloaded']],
  ])('when %s', async (_name, version, asked, expected) => {
    image(version);
    await install({ AMP_MODULE_AGENTAPI_ASKED: asked });
    expect(server.requests.map(() => 'downloaded')).toEqual(expected);
    expect(onPath()).toBe(`agentapi version ${expected.length === 0 ? version : '0.12.1'}`);
  });

  it('is used again once it is the wanted version, though another was installed', async () => {
    await installed('0.12.0');
    image('0.12.1');
    await install();
    expect(onPath()).toBe('agentapi version 0.12.1');
    expect(server.requests).toHaveLength(1);
  });

  it('runs when the wanted one is unavailable, with a warning where that loses the chat', async () => {
    image('0.11.8');
    server.close();
    const { all } = await install({ AMP_MODULE_AGENTAPI_ASKED: 'false' });
    expect(all).toMatch(/AgentAPI v0\.12\.1 can't be installed: .*Set agentapi_download_url/);
    expect(all).toContain("AgentAPI 0.11.8, the image's, runs instead.");
    expect(all).toContain(
      "AgentAPI 0.11.8 can't keep the chat across a restart: that needs 0.12.0 or later.",
    );
    expect(onPath()).toBe('agentapi version 0.11.8');
  });

  it('is the only choice when install_agentapi is false', async () => {
    const none = await install({ AMP_MODULE_INSTALL_AGENTAPI: 'false' });
    expect(none.all).toContain('There is no agentapi on PATH that runs, and install_agentapi is false');
    image('0.9.0');
    const { all } = await install({ AMP_MODULE_INSTALL_AGENTAPI: 'false', AMP_MODULE_PERSISTENCE: 'false' });
    expect(all).toContain('AgentAPI 0.9.0 is installed.');
    expect(all).not.toContain('keep the chat');
    expect(server.requests).toEqual([]);
  });

  it('is missing and must not be installed: the one from an earlier start runs', async () => {
    await installed('0.12.1');
    const { all } = await install({ AMP_MODULE_INSTALL_AGENTAPI: 'false' });
    expect(all).toContain('AgentAPI 0.12.1, the one from an earlier start, runs instead.');
    expect(onPath()).toBe('agentapi version 0.12.1');
  });
});

describe('another version', () => {
  it('replaces one that is running, and leaves no file behind', async () => {
    mkdirSync(join(machine.home, STATE, 'bin'), { recursive: true });
    copyFileSync('/bin/sleep', inBin('agentapi-0.11.0'));
    chmodSync(inBin('agentapi-0.11.0'), 0o755);
    symlinkSync('agentapi-0.11.0', inBin('agentapi'));
    const running = spawn(inBin('agentapi'), ['1000']);
    onTestFinished(() => void running.kill());
    await expect.poll(() => exeOf(running.pid)).toContain('agentapi-0.11.0');

    await install();
    expect(onPath()).toBe('agentapi version 0.12.1');
    expect(files()).toEqual(['agentapi', 'agentapi-0.12.1']);
    expect(exeOf(running.pid)).toContain('agentapi-0.11.0 (deleted)');
  });

  it.each([
    ['v0.12.0', '0.12.0'],
    ['v0.13.0', '0.13.0'],
  ])('%s is installed in place of 0.12.1', async (wanted, version) => {
    await installed('0.12.1');
    await install({ AMP_MODULE_AGENTAPI_VERSION: wanted });
    expect(onPath()).toBe(`agentapi version ${version}`);
  });
});

describe('latest', () => {
  const latest = () => install({ AMP_MODULE_AGENTAPI_VERSION: 'latest' });
  let newest: { version: string; modified: string };
  let bodies = 0;

  beforeEach(async () => {
    newest = { version: '0.12.1', modified: LAST_MODIFIED };
    bodies = 0;
    server = await startDownloads((request, response) => {
      response.setHeader('Last-Modified', newest.modified);
      if (request.headers['if-modified-since'] === newest.modified) return response.writeHead(304).end();
      bodies += 1;
      return response.end(agentapi(newest.version));
    });
  });

  it('is downloaded only when it is newer than the installed one', async () => {
    await latest();
    const second = await latest();
    expect(second.all).toContain('AgentAPI 0.12.1 is installed.');
    expect(bodies).toBe(1);
    newest = { version: '0.13.0', modified: 'Tue, 07 Apr 2026 10:00:00 GMT' };
    await latest();
    expect(bodies).toBe(2);
    expect(onPath()).toBe('agentapi version 0.13.0');
    expect(files()).toEqual(['agentapi', 'agentapi-0.13.0']);
  });

  it('keeps the installed one without a network', async () => {
    await latest();
    server.close();
    const { all } = await latest();
    expect(all).toContain('AgentAPI 0.12.1, the one from an earlier start, runs instead.');
    expect(onPath()).toBe('agentapi version 0.12.1');
  });
});

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
      server = await startDownloads(answer);
      const { all } = await install();
      expect(all).toContain(`AgentAPI v0.12.1 can't be installed: `);
      expect(all).toContain(`${server.url}/v0.12.1/agentapi-linux-amd64`);
      expect(all).toContain(why);
      expect(all).toContain(HINT);
      expect(files()).toEqual([]);
      expect(onPath()).toBe('');
      expect(existsSync(join(machine.home, 'pwned'))).toBe(false);
    },
  );

  it.each(cases)('%s, with another version installed: that one runs', async (_name, answer, why) => {
    await installed('0.12.0');
    server = await startDownloads(answer);
    const { all } = await install();
    expect(all).toContain(why);
    expect(all).toContain(`${HINT} AgentAPI 0.12.0, the one from an earlier start, runs instead.`);
    expect(files()).toEqual(['agentapi', 'agentapi-0.12.0']);
    expect(onPath()).toBe('agentapi version 0.12.0');
  });

  it('a stalled download is given up', async () => {
    server = await startDownloads((_, response) => void response.writeHead(200).write('#!'));
    const curl = execFileSync('bash', ['-c', 'command -v curl'], { encoding: 'utf8' }).trim();
    // The same call with a limit of one second instead of thirty.
    makeProgram(join(machine.bin, 'curl'), `exec ${curl} "\${@/#30/1}"`);
    const { all } = await install();
    expect(all).toContain('did not answer in time, or is too slow (curl: (28)');
    expect(files()).toEqual([]);
  });

  it('a full volume is reported', async () => {
    server = await startDownloads((_, response) =>
      response.end(`${agentapi('0.12.1')}${'#'.repeat(100_000)}`),
    );
    // No file may grow beyond 8 KiB: writing fails as on a full volume.
    const wrapper = ['bash', '-c', 'trap "" XFSZ; ulimit -f 8; exec "$@"', 'limited'];
    const { all } = await install({}, { wrapper });
    expect(all).toContain('could not be written: is the volume full or read-only?');
    expect(files()).toEqual([]);
  });

  it('a start killed while downloading leaves nothing for the next one to trip over', async () => {
    const held: ServerResponse[] = [];
    server = await startDownloads((_, response) => {
      response.writeHead(200, { 'Content-Length': '1000' }).write('#!/usr/bin/env bash\n');
      held.push(response);
    });
    const run = install();
    await expect.poll(() => held.length).toBe(1);
    await expect.poll(() => files().length).toBe(1);
    killAll(machine.home);
    await run;
    expect(onPath()).toBe('');

    server = await startDownloads(release);
    await install();
    expect(files()).toEqual(['agentapi', 'agentapi-0.12.1']);
    expect(onPath()).toBe('agentapi version 0.12.1');
  });
});

function cutShort(...[, response]: Parameters<RequestListener>): void {
  response.writeHead(200, { 'Content-Length': '1000' });
  response.write(agentapi('0.12.1'), () => response.socket?.destroy());
}

function exeOf(pid: number | undefined): string {
  return readlinkSync(`/proc/${pid}/exe`);
}
