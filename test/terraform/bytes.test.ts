import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embedded, scriptNamed } from '../support/terraform/embedded.ts';
import { prose } from '../support/terraform/prose.ts';
import { openTemplate, type TemplateProject } from '../support/terraform/template.ts';

/**
 * Replaces a script of ours: writes each of these variables to a file of the same name in the home folder.
 */
const probe = (...names: string[]) =>
  names.map((name) => `printf %s "$${name}" > "$HOME/${name}"\n`).join('');

const startProbe = ['AMP_MODULE_PROMPT', 'AMP_MODULE_WORKDIR'];
const installProbe = [
  'AMP_MODULE_INSTRUCTIONS',
  'AMP_MODULE_BASE_CONFIG',
  'AMP_MODULE_MCP',
  'AMP_MODULE_AMP_VERSION',
];
const launcher = `#!/bin/sh\n# it's 'quoted' "twice" \${HOME} $(id) \`id\` %{ if } \\\n`;

let template: TemplateProject;
let home: string;
beforeAll(async () => {
  template = await openTemplate({
    'start.sh': probe(...startProbe),
    'install.sh': probe(...installProbe),
    'place.sh': probe('AMP_MODULE_LAUNCHER'),
    'amp-session.sh': launcher,
  });
  home = await mkdtemp(path.join(tmpdir(), 'bytes-home-'));
});
afterAll(async () => {
  await template.close();
  await rm(home, { recursive: true, force: true });
});

const arrived = (name: string) => readFile(path.join(home, name), 'utf8');

const values: [string, string][] = [
  ['quotes', `it's "quoted" \`id\` '\\'' ''`],
  ['substitutions', `$(exit 1) \${HOME} $HOME %{ if true }x%{ endif } $\${x} !!`],
  ['new lines', '\nfirst\n\n\tsecond\r\nthird\\\n\n'],
  ['emoji and scripts', 'Grüße 👩‍💻 漢字 \u202eעברית'],
  ['a leading dash', '-n --help -- -x'],
  ['a here-document', "<<'EOF'\nEOF\n# comment ; exit 1 & | < >"],
  ['control characters', '\u0001\u001b[31m\u007f'],
  ['100 KB', prose(100_000)],
];

describe('arrives in bash byte for byte', () => {
  it.each(values)('%s', async (name, value) => {
    const json = JSON.stringify({ [value.slice(0, 100)]: { command: value.slice(0, 10_000) } });
    const short = name === '100 KB' ? value.slice(0, 1000) : value;
    const state = await template.apply({
      ai_prompt: value,
      report_tasks: false,
      instruction_prompt: short,
      workdir: `/${short}`,
      base_amp_config: json,
      mcp: json,
      amp_version: 'v1"$(id)\'`\\',
    });

    // As AgentAPI's module runs them: from a file of their own.
    for (const variable of ['ARG_INSTALL_SCRIPT', 'ARG_START_SCRIPT'] as const) {
      const file = path.join(home, variable);
      await writeFile(file, embedded(state, variable), { mode: 0o700 });
      await execa(file, { env: { HOME: home, PATH: process.env['PATH'] ?? '' }, extendEnv: false });
    }
    expect(await arrived('AMP_MODULE_PROMPT')).toBe(value);
    expect(await arrived('AMP_MODULE_WORKDIR')).toBe(`/${short}`);
    expect(await arrived('AMP_MODULE_INSTRUCTIONS')).toBe(short);
    expect(await arrived('AMP_MODULE_BASE_CONFIG')).toBe(json);
    expect(await arrived('AMP_MODULE_MCP')).toBe(json);
    expect(await arrived('AMP_MODULE_AMP_VERSION')).toBe('v1"$(id)\'`\\');
  });

  it('the launcher, as one argument of bash', async () => {
    const { script } = scriptNamed(await template.plan({}), 'amp_session');
    await execa('bash', ['-c', script], {
      env: { HOME: home, PATH: process.env['PATH'] ?? '' },
      extendEnv: false,
    });
    expect(await arrived('AMP_MODULE_LAUNCHER')).toBe(launcher);
  });
});
