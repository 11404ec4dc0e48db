import { describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../../shim/environment/error.ts';
import { readInstallConfig } from '../../../shim/environment/install.ts';
import { readStartConfig } from '../../../shim/environment/start.ts';
import { NO_INSTALL_INPUTS, NO_START_INPUTS } from '../../support/module-variables.ts';

const START = {
  HOME: '/home/coder',
  AMP_MODULE_STATE_DIR: '/home/coder/.amp-module',
  AMP_MODULE_PERSISTENCE: 'true',
  AMP_MODULE_WORKDIR: '/home/coder/project',
  AMP_MODULE_PORT: '3284',
  AMP_MODULE_AGENTAPI_DIR: '.amp-module',
  AMP_MODULE_RUNNER_PID: '42',
  AMP_MODULE_RUN: '1',
  ...NO_START_INPUTS,
};
const INSTALL = {
  HOME: '/home/coder',
  AMP_MODULE_STATE_DIR: '/home/coder/.amp-module',
  ...NO_INSTALL_INPUTS,
};

describe('readStartConfig', () => {
  it('treats an empty string as unset, as Terraform and the shell pass it', () => {
    const config = readStartConfig({
      ...START,
      AMP_MODULE_AMP_OPTIONS: '',
      AMP_MODULE_THREAD_ID: '',
      AMP_MODULE_SESSION_KEY: '',
      AGENTAPI_STATE_FILE: '',
      AMP_MODULE_PORT: '',
    });
    expect(config).toMatchObject({
      port: null,
      key: 'main',
      persistence: true,
      ampOptions: [],
      runnerPid: 42,
      agentApiStateFile: null,
    });
  });

  it("puts Amp's options in front of the command", () => {
    const AMP_MODULE_AMP_OPTIONS = '["--mode","low","--label","a b"]';
    const { ampOptions } = readStartConfig({ ...START, AMP_MODULE_AMP_OPTIONS });
    expect(ampOptions).toEqual(['--mode', 'low', '--label', 'a b']);
  });

  it('knows what goes in front of Amp, a word a line, as bash exports it', () => {
    const firewall = (AMP_MODULE_FIREWALL: string) =>
      readStartConfig({ ...START, AMP_MODULE_FIREWALL }).firewall;
    expect(firewall('/opt/fire wall.sh\n--config=/a & $b.yaml\n--')).toEqual([
      '/opt/fire wall.sh',
      '--config=/a & $b.yaml',
      '--',
    ]);
    expect(firewall('')).toEqual([]);
  });

  it("knows its instance's folder and the thread to adopt", () => {
    const thread = 'T-aaaaaaaa-0000-4000-8000-000000000000';
    const AMP_MODULE_THREAD_ID = `https://ampcode.com/threads/${thread}`;
    const config = readStartConfig({
      ...START,
      AMP_MODULE_AGENTAPI_DIR: '.amp-module-docs',
      AMP_MODULE_THREAD_ID,
    });
    expect(config).toMatchObject({ agentApiFolder: '/home/coder/.amp-module-docs', adopt: thread });
  });

  it("knows Amp's server, of which a thread's address is a page", () => {
    expect(readStartConfig({ ...START, AMP_URL: '' }).ampUrl).toBe('https://ampcode.com');
    const AMP_URL = 'https://amp.example.com';
    expect(readStartConfig({ ...START, AMP_URL }).ampUrl).toBe(AMP_URL);
  });

  it("knows Amp's own folders, wherever the XDG variables move them", () => {
    expect(readStartConfig({ ...START, XDG_DATA_HOME: '', XDG_CACHE_HOME: '' })).toMatchObject({
      folders: { data: '/home/coder/.local/share/amp', cache: '/home/coder/.cache/amp' },
      settingsFile: '/home/coder/.config/amp/settings.json',
    });
    const moved = { XDG_CONFIG_HOME: '/c', XDG_DATA_HOME: '/d', XDG_CACHE_HOME: '/e' };
    expect(readStartConfig({ ...START, ...moved })).toMatchObject({
      folders: { data: '/d/amp', cache: '/e/amp' },
      settingsFile: '/c/amp/settings.json',
    });
    const named = { ...moved, AMP_SETTINGS_FILE: '/s.json' };
    expect(readStartConfig({ ...START, ...named }).settingsFile).toBe('/s.json');
  });

  it.each([
    [{ HOME: 'home' }, 'HOME must be an absolute path'],
    [{ AMP_MODULE_THREAD_ID: 'T-1' }, 'AMP_MODULE_THREAD_ID must be a thread ID or URL'],
    [{ AMP_MODULE_AMP_OPTIONS: '{}' }, 'AMP_MODULE_AMP_OPTIONS must be a JSON array of strings'],
    [{ AMP_MODULE_PERSISTENCE: 'yes' }, "AMP_MODULE_PERSISTENCE must be 'true' or 'false'"],
    [{ AMP_MODULE_WORKDIR: '' }, 'AMP_MODULE_WORKDIR is not set'],
    [{ AMP_MODULE_RUNNER_PID: '-1' }, 'AMP_MODULE_RUNNER_PID must be a whole number'],
    [{ AGENTAPI_PID_FILE: 'pid' }, 'AGENTAPI_PID_FILE must be an absolute path'],
  ])('refuses %j', (change, message) => {
    expect(() => readStartConfig({ ...START, ...change })).toThrow(message);
  });

  it.each(Object.keys(START))('refuses an environment without %s, which start.sh always sets', (name) => {
    expect(() => readStartConfig({ ...START, [name]: undefined })).toThrow(
      new RegExp(`${name} (is not set|must be)`),
    );
  });

  it('reports every problem together', () => {
    const read = () => readStartConfig({});
    expect(read).toThrow(EnvironmentError);
    for (const name of [
      'HOME',
      'AMP_MODULE_STATE_DIR',
      'AMP_MODULE_PERSISTENCE',
      'AMP_MODULE_WORKDIR',
      'AMP_MODULE_RUNNER_PID',
    ]) {
      expect(read).toThrow(name);
    }
  });
});

describe('readInstallConfig', () => {
  it.each(Object.keys(INSTALL))('refuses an environment without %s, which install.sh always sets', (name) => {
    expect(() => readInstallConfig({ ...INSTALL, [name]: undefined })).toThrow(`${name} is not set`);
  });

  it('takes nothing for what the template leaves empty', () => {
    const empty = { AMP_MODULE_BASE_CONFIG: '', AMP_MODULE_MCP: '', AMP_MODULE_INSTRUCTIONS: '' };
    expect(readInstallConfig({ ...INSTALL, ...empty })).toMatchObject({
      baseConfig: {},
      mcpServers: {},
      instructions: '',
    });
  });

  it('reads JSON and knows where Amp keeps its settings', () => {
    expect(
      readInstallConfig({ ...INSTALL, AMP_MODULE_BASE_CONFIG: '{"amp.todos.enabled":true}' }),
    ).toMatchObject({
      baseConfig: { 'amp.todos.enabled': true },
      mcpServers: {},
      ampUrl: 'https://ampcode.com',
      settingsFile: '/home/coder/.config/amp/settings.json',
    });
  });

  it.each(['[1]', '{', '"text"', 'null'])('refuses %j for a JSON object', (value) => {
    expect(() => readInstallConfig({ ...INSTALL, AMP_MODULE_MCP: value })).toThrow(
      'AMP_MODULE_MCP must be a JSON object',
    );
  });
});
