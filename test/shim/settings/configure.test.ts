import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import * as jsonc from 'jsonc-parser';
import { beforeEach, describe, expect, it } from 'vitest';
import { ampFolders } from '../../../shim/amp/folders.ts';
import type { InstallConfig } from '../../../shim/environment/install.ts';
import { configure } from '../../../shim/settings/configure.ts';
import { hashOf } from '../../../shim/settings/merge.ts';
import { temporaryFolder } from '../../support/folders.ts';

let config: InstallConfig;
const run = (change: Partial<InstallConfig> = {}) => configure({ ...config, ...change }, jsonc);
const settings = () => JSON.parse(readFileSync(config.settingsFile, 'utf8'));
const writeSettings = (value: unknown) => {
  mkdirSync(join(config.home, '.config/amp'), { recursive: true });
  writeFileSync(config.settingsFile, typeof value === 'string' ? value : JSON.stringify(value));
};

beforeEach(() => {
  const home = temporaryFolder();
  mkdirSync(join(home, '.amp-module'));
  config = {
    home,
    folders: ampFolders(home),
    stateFolder: join(home, '.amp-module'),
    key: 'main',
    secrets: [],
    ampUrl: 'https://ampcode.com',
    settingsFile: join(home, '.config/amp/settings.json'),
    baseConfig: { 'amp.todos.enabled': true },
    mcpServers: { github: { command: 'gh-mcp' } },
    instructions: 'Be brief.',
  };
});

describe('a link', () => {
  const places = [
    ['settings.json', () => config.settingsFile],
    ['AGENTS.md', () => join(config.home, '.config/amp/AGENTS.md')],
  ] as const;

  it.each(places)('to a missing file in place of %s is kept, and the file is created', (_name, place) => {
    mkdirSync(join(config.home, '.config/amp'), { recursive: true });
    symlinkSync(join(config.home, 'dots/later/file'), place());
    run();
    expect(lstatSync(place()).isSymbolicLink()).toBe(true);
    expect(readFileSync(place(), 'utf8')).toMatch(/Be brief\.|amp\.todos\.enabled/);
  });

  it('that is relative is resolved from its real location', () => {
    mkdirSync(join(config.home, 'dots/config/amp'), { recursive: true });
    symlinkSync(join(config.home, 'dots/config'), join(config.home, '.config'));
    symlinkSync('../../instructions.md', join(config.home, '.config/amp/AGENTS.md'));
    run();
    expect(readFileSync(join(config.home, 'dots/instructions.md'), 'utf8')).toBe('Be brief.');
  });

  it.each(places)(
    'to itself in place of %s is left alone, the rest is done, and configure reports failure',
    (_name, place) => {
      mkdirSync(join(config.home, '.config/amp'), { recursive: true });
      symlinkSync(place(), place());
      expect(run()).toBe(false);
      expect(lstatSync(place()).isSymbolicLink()).toBe(true);
      const [, other] = places.find(([, each]) => each() !== place()) ?? [];
      expect(readFileSync(other?.() ?? '', 'utf8')).toMatch(/Be brief\.|amp\.todos\.enabled/);
    },
  );
});

describe('configure', () => {
  it('writes a complete set in a new home, readable by its owner only', () => {
    expect(run()).toBe(true);
    expect(settings()).toEqual({
      'amp.todos.enabled': true,
      'amp.mcpServers': {
        coder: {
          command: 'coder',
          args: ['exp', 'mcp', 'server'],
          type: 'stdio',
        },
        github: { command: 'gh-mcp' },
      },
    });
    expect(statSync(config.settingsFile).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(config.home, '.config/amp/AGENTS.md'), 'utf8')).toBe('Be brief.');
    const session = JSON.parse(readFileSync(join(config.home, '.local/share/amp/session.json'), 'utf8'));
    expect(session).toEqual({ neoWelcomeDismissed: true });
  });

  it('I10: keeps what the user set, changed, added and removed, and follows the template elsewhere', () => {
    run({ baseConfig: { a: 1, b: 1, c: 1 } });
    const { c: _, ...rest } = settings();
    rest['amp.mcpServers'].mine = { command: 'mine' };
    writeSettings({ ...rest, b: 'mine', d: 'mine' });
    run({ baseConfig: { a: 2, b: 2, c: 2, d: 2 }, mcpServers: {} });
    const after = settings();
    expect(after).toMatchObject({ a: 2, b: 'mine', d: 'mine' });
    expect(after).not.toHaveProperty('c');
    expect(Object.keys(after['amp.mcpServers']).sort()).toEqual(['coder', 'mine']);
  });

  it("replaces the older module's expired server and keeps the other settings on its volume", () => {
    const left = {
      command: 'coder',
      args: ['exp', 'mcp', 'server'],
      env: { CODER_AGENT_TOKEN: 'expired' },
      type: 'stdio',
    };
    writeSettings({ 'amp.todos.enabled': false, 'amp.mcpServers': { coder: left } });
    run();
    expect(settings()['amp.todos.enabled']).toBe(false);
    expect(readFileSync(config.settingsFile, 'utf8')).not.toContain('expired');
  });

  it('reads comments and trailing commas, and keeps the comments', () => {
    writeSettings('{\n  // mine, and why\n  "b": 1,\n  "a": { "deep": [1, 2,], }, // here too\n}\n');
    run({ mcpServers: {} });
    const text = readFileSync(config.settingsFile, 'utf8');
    expect(text).toMatch(/^\{\n {2}\/\/ mine, and why\n {2}"b": 1,\n.*\/\/ here too\n\}\n$/s);
    expect(text).toContain('"amp.todos.enabled": true');
    run({ mcpServers: {} });
    expect(readFileSync(config.settingsFile, 'utf8')).toBe(text);
  });

  it("I10: leaves settings that it can't parse alone, and reports it in its result", () => {
    writeSettings('# not JSON');
    expect(run()).toBe(false);
    expect(readFileSync(config.settingsFile, 'utf8')).toBe('# not JSON');
  });

  it('writes through a link into somebody’s dotfiles', () => {
    const dotfiles = join(config.home, 'dotfiles.json');
    writeFileSync(dotfiles, '{"mine":1}');
    mkdirSync(join(config.home, '.config/amp'), { recursive: true });
    symlinkSync(dotfiles, config.settingsFile);
    run();
    expect(lstatSync(config.settingsFile).isSymbolicLink()).toBe(true);
    expect(JSON.parse(readFileSync(dotfiles, 'utf8'))).toMatchObject({ mine: 1, 'amp.todos.enabled': true });
  });

  it('changes no file when nothing changed', () => {
    run();
    const before = statSync(config.settingsFile).ino;
    run();
    expect(statSync(config.settingsFile).ino).toBe(before);
  });

  describe('where an older version of the module left its instructions', () => {
    const older = () => join(config.home, '.config/AGENTS.md');
    const now = () => join(config.home, '.config/amp/AGENTS.md');
    const leave = (text: string) => {
      mkdirSync(join(config.home, '.config'));
      writeFileSync(older(), text);
    };

    it('takes them along, so that Amp is told once', () => {
      leave('Be brief.\n');
      run();
      expect(existsSync(older())).toBe(false);
      run({ instructions: 'Be kind.' });
      expect(readFileSync(now(), 'utf8')).toBe('Be kind.');
    });

    it('recognizes them by what was applied, though the template says something else now', () => {
      leave('Be brief.');
      writeFileSync(
        join(config.stateFolder, 'applied.json'),
        JSON.stringify({ settings: {}, mcpServers: {}, instructions: hashOf('Be brief.') }),
      );
      run({ instructions: 'Be kind.' });
      expect([existsSync(older()), readFileSync(now(), 'utf8')]).toEqual([false, 'Be kind.']);
    });

    it("I10: keeps the user's", () => {
      leave('Mine.');
      run();
      expect([readFileSync(older(), 'utf8'), readFileSync(now(), 'utf8')]).toEqual(['Mine.', 'Be brief.']);
    });

    it('keeps a file that is both', () => {
      leave('Be brief.');
      mkdirSync(join(config.home, '.config/amp'));
      symlinkSync('../AGENTS.md', now());
      run({ instructions: 'Be brief.' });
      expect([readFileSync(older(), 'utf8'), readFileSync(now(), 'utf8')]).toEqual([
        'Be brief.',
        'Be brief.',
      ]);
    });
  });

  it("keeps a server of the user's that the template has by the same name", () => {
    writeSettings({ 'amp.mcpServers': { github: { command: 'mine' } } });
    run();
    expect(settings()['amp.mcpServers'].github).toEqual({ command: 'mine' });
  });

  it("keeps the user's own instructions, and follows the template where there are none", () => {
    run();
    run({ instructions: 'Be kind.' });
    const path = join(config.home, '.config/amp/AGENTS.md');
    expect(readFileSync(path, 'utf8')).toBe('Be kind.');
    writeFileSync(path, 'Mine.');
    run({ instructions: 'Be quick.' });
    expect(readFileSync(path, 'utf8')).toBe('Mine.');
  });
});
