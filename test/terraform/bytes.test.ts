import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { folderOfFile } from '../support/folders.ts';
import { embedded, scriptNamed } from '../support/terraform/embedded.ts';
import { prose } from '../support/terraform/prose.ts';
import { openTemplate } from '../support/terraform/template.ts';
import type { State } from '../support/terraform/terraform.ts';

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

const home = folderOfFile();
const arrived = (name: string) => readFile(path.join(home, name), 'utf8');

const VALUES: [name: string, value: string][] = [
  ['quotes', `it's "quoted" \`id\` '\\'' ''`],
  ['substitutions', `$(exit 1) \${HOME} $HOME %{ if true }x%{ endif } $\${x} !!`],
  ['new lines', '\nfirst\n\n\tsecond\r\nthird\\\n\n'],
  ['emoji and scripts', 'Grüße 👩‍💻 漢字 \u202eעברית'],
  ['a leading dash', '-n --help -- -x'],
  ['a here-document', "<<'EOF'\nEOF\n# comment ; exit 1 & | < >"],
  ['control characters', '\u0001\u001b[31m\u007f'],
  ['100 KB', prose(100_000)],
];

const VERSION = 'v1"$(id)\'`\\';

/** What a value becomes part of, besides the prompt. */
function others(value: string): { short: string; json: string } {
  const json = JSON.stringify({ [value.slice(0, 100)]: { command: value.slice(0, 10_000) } });
  return { short: value.slice(0, 1000), json };
}

let planned: Record<string, State>;
beforeAll(async () => {
  const template = await openTemplate({
    'start.sh': probe(...startProbe),
    'install.sh': probe(...installProbe),
    'place.sh': probe('AMP_MODULE_LAUNCHER'),
    'amp-session.sh': launcher,
  });
  try {
    const instances = VALUES.map(([name, value]) => {
      const { short, json } = others(value);
      const texts = { ai_prompt: value, instruction_prompt: short, workdir: `/${short}` };
      return [
        name,
        { ...texts, report_tasks: false, base_amp_config: json, mcp: json, amp_version: VERSION },
      ] as const;
    });
    planned = await template.planEach(Object.fromEntries(instances));
  } finally {
    await template.close();
  }
});

describe('arrives in bash byte for byte', () => {
  it.each(VALUES)('%s', async (name, value) => {
    const { short, json } = others(value);
    // As AgentAPI's module runs them: from a file of their own.
    for (const variable of ['ARG_INSTALL_SCRIPT', 'ARG_START_SCRIPT'] as const) {
      const file = path.join(home, variable);
      await writeFile(file, embedded(planned[name]!, variable), { mode: 0o700 });
      await execa(file, { env: { HOME: home, PATH: process.env['PATH'] ?? '' }, extendEnv: false });
    }
    expect(await arrived('AMP_MODULE_PROMPT')).toBe(value);
    expect(await arrived('AMP_MODULE_WORKDIR')).toBe(`/${short}`);
    expect(await arrived('AMP_MODULE_INSTRUCTIONS')).toBe(short);
    expect(await arrived('AMP_MODULE_BASE_CONFIG')).toBe(`{"amp.updates.mode":"disabled",${json.slice(1)}`);
    expect(await arrived('AMP_MODULE_MCP')).toBe(json);
    expect(await arrived('AMP_MODULE_AMP_VERSION')).toBe(VERSION);
  });

  it('the launcher, as one argument of bash', async () => {
    const { script } = scriptNamed(planned['quotes']!, 'amp_session');
    await execa('bash', ['-c', script], {
      env: { HOME: home, PATH: process.env['PATH'] ?? '' },
      extendEnv: false,
    });
    expect(await arrived('AMP_MODULE_LAUNCHER')).toBe(launcher);
  });
});
