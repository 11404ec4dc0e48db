import { spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { asOrdinaryUser, makeProgram } from '../support/script.ts';
import {
  agentapi,
  LAST_MODIFIED,
  release,
  STATE,
  useAgentapiInstall,
} from '../support/scripts/install-agentapi.ts';
import { findTool } from '../support/workspace/machine.ts';

const install = useAgentapiInstall();

describe('a first start', () => {
  it('downloads AgentAPI into the home and puts it on PATH, as an ordinary user; the next start needs no network', async () => {
    const wrapper = asOrdinaryUser(join(install().machine.home, '..'));
    const first = await install().run({}, { wrapper });
    expect(first.all).toContain(
      `Downloading AgentAPI v0.12.1 from ${install().server.url}/v0.12.1/agentapi-linux-amd64…`,
    );
    expect(first.all).toContain('AgentAPI 0.12.1 is installed.');
    expect(install().onPath()).toBe('agentapi version 0.12.1');
    expect(install().files()).toEqual(['agentapi', 'agentapi-0.12.1']);

    install().server.close();
    const second = await install().run({}, { wrapper });
    expect(second.all).toContain('AgentAPI 0.12.1 is installed.');
    expect(second.all).not.toContain('Downloading');
    expect(install().server.requests).toEqual(['/v0.12.1/agentapi-linux-amd64']);
  });

  it('gives a mirror the name and the password of ~/.netrc', async () => {
    const wanted = `Basic ${Buffer.from('reader:secret').toString('base64')}`;
    await install().serve((request, response) => {
      if (request.headers.authorization === wanted) return release(request, response);
      response.writeHead(401).end();
    });
    const without = await install().run();
    expect(without.all).toContain('answered with HTTP status 401');
    writeFileSync(join(install().machine.home, '.netrc'), 'machine 127.0.0.1 login reader password secret\n');
    expect((await install().run()).all).toContain('AgentAPI 0.12.1 is installed.');
  });

  it("downloads the file for the machine's platform", async () => {
    makeProgram(join(install().machine.bin, 'uname'), 'echo aarch64');
    await install().run();
    expect(install().server.requests).toEqual(['/v0.12.1/agentapi-linux-arm64']);
  });

  it('says so on a machine for which AgentAPI has no release', async () => {
    makeProgram(join(install().machine.bin, 'uname'), 'echo riscv64');
    const { all } = await install().run();
    expect(all).toContain('AgentAPI is only released for amd64 and arm64; this machine is riscv64.');
    expect(install().server.requests).toEqual([]);
  });

  it.each([
    ['v0.12.1', 'https://github.com/coder/agentapi/releases/download/v0.12.1/agentapi-linux-amd64'],
    ['latest', 'https://github.com/coder/agentapi/releases/latest/download/agentapi-linux-amd64'],
  ])('downloads %s from its releases unless told otherwise', async (version, url) => {
    makeProgram(join(install().machine.bin, 'curl'), 'echo "${@: -1}" >>"$HOME/urls"; exit 6');
    const { all } = await install().run({
      AMP_MODULE_AGENTAPI_VERSION: version,
      AMP_MODULE_AGENTAPI_URL: '',
    });
    expect(readFileSync(join(install().machine.home, 'urls'), 'utf8')).toBe(`${url}\n`);
    expect(all).toContain(url);
  });

  it('needs no symbolic links on the volume, at this start or a later one', async () => {
    const ln = findTool('ln');
    makeProgram(
      join(install().machine.bin, 'ln'),
      `case "\${*: -1}" in
      */${STATE}/*) echo 'ln: failed to create symbolic link: Operation not permitted' >&2; exit 1 ;;
      esac
      exec ${ln} "$@"`,
    );
    const first = await install().run();
    expect(first.all).toContain('AgentAPI 0.12.1 is installed.');
    expect(first.all).not.toContain('ln:');
    expect(install().onPath()).toBe('agentapi version 0.12.1');
    expect(install().files()).toEqual(['agentapi']);
    await install().run();
    expect(install().server.requests).toHaveLength(1);
    await install().run({ AMP_MODULE_AGENTAPI_VERSION: 'v0.13.0' });
    expect(install().onPath()).toBe('agentapi version 0.13.0');
    expect(install().files()).toEqual(['agentapi']);
  });

  it('downloads once for several instances', async () => {
    const runs = await Promise.all(Array.from({ length: 6 }, () => install().run()));
    expect(runs.map(({ all }) => all.includes('AgentAPI 0.12.1 is installed.'))).toEqual(Array(6).fill(true));
    expect(install().server.requests).toHaveLength(1);
  });
});

describe('another version', () => {
  it('replaces one that is running, and leaves no file behind', async () => {
    mkdirSync(join(install().machine.home, STATE, 'bin'), { recursive: true });
    copyFileSync('/bin/sleep', install().inBin('agentapi-0.11.0'));
    chmodSync(install().inBin('agentapi-0.11.0'), 0o755);
    symlinkSync('agentapi-0.11.0', install().inBin('agentapi'));
    const running = spawn(install().inBin('agentapi'), ['1000']);
    onTestFinished(() => void running.kill());
    await expect.poll(() => exeOf(running.pid)).toContain('agentapi-0.11.0');

    await install().run();
    expect(install().onPath()).toBe('agentapi version 0.12.1');
    expect(install().files()).toEqual(['agentapi', 'agentapi-0.12.1']);
    expect(exeOf(running.pid)).toContain('agentapi-0.11.0 (deleted)');
  });

  it.each([
    ['v0.12.0', '0.12.0'],
    ['v0.13.0', '0.13.0'],
  ])('%s is installed in place of 0.12.1', async (wanted, version) => {
    await install().earlier('0.12.1');
    await install().run({ AMP_MODULE_AGENTAPI_VERSION: wanted });
    expect(install().onPath()).toBe(`agentapi version ${version}`);
  });
});

describe('latest', () => {
  const latest = () => install().run({ AMP_MODULE_AGENTAPI_VERSION: 'latest' });
  let newest: { version: string; modified: string };
  let bodies = 0;

  beforeEach(async () => {
    newest = { version: '0.12.1', modified: LAST_MODIFIED };
    bodies = 0;
    await install().serve((request, response) => {
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
    expect(install().onPath()).toBe('agentapi version 0.13.0');
    expect(install().files()).toEqual(['agentapi', 'agentapi-0.13.0']);
  });

  it('keeps the installed one without a network', async () => {
    await latest();
    install().server.close();
    const { all } = await latest();
    expect(all).toContain('AgentAPI 0.12.1, the one from an earlier start, runs instead.');
    expect(install().onPath()).toBe('agentapi version 0.12.1');
  });
});

function exeOf(pid: number | undefined): string {
  return readlinkSync(`/proc/${pid}/exe`);
}
