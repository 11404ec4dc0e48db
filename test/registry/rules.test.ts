// The rules of Coder's registry for a module's README and inputs, as far as a program can check;
// docs/scorecard.md has the rest.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { registryReadme } from '../../dev/package/registry-copy.ts';
import { readBlocks } from '../support/terraform/interface.ts';
import { snippetsIn } from '../support/terraform/snippets.ts';

const readme = readFileSync('README.md', 'utf8');
/** As the registry gets it. */
const registrys = registryReadme();
const [, frontMatter = '', text = ''] = /^---\n(.*?)\n---\n(.*)$/s.exec(readme) ?? [];
/** Without fenced blocks, where `#` is a comment. */
const prose = text.replaceAll(/^```.*?^```$/gms, '');
const headings = [...prose.matchAll(/^(#+) (.+)$/gm)].map(([, marks = '', title = '']) => ({
  level: marks.length,
  title,
}));
/** The registry's required order of a variable's attributes. */
const ORDER = ['description', 'type', 'default', 'nullable', 'sensitive'];

describe('the README', () => {
  it('has the front matter', () => {
    const values = Object.fromEntries(
      frontMatter.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)),
    );
    expect(Object.keys(values).sort()).toEqual(['description', 'display_name', 'icon', 'tags', 'verified']);
    expect(values['icon']).toMatch(/^\.\.\/\.\.\/\.\.\/\.\.\/\.icons\//);
    expect(values['tags']).toMatch(/^\[.+\]$/);
  });

  it('has a single first-level heading, and levels that increase by one', () => {
    expect(headings.filter(({ level }) => level === 1)).toHaveLength(1);
    expect(headings[0]?.level).toBe(1);
    for (const [index, { level, title }] of headings.slice(1).entries()) {
      expect(level, title).toBeLessThanOrEqual((headings[index]?.level ?? 0) + 1);
    }
  });

  it('opens with a paragraph and exactly one template with a version', () => {
    const opening = registrys.slice(0, registrys.indexOf('\n## '));
    expect(opening).toMatch(/^# .+\n\n[A-Z][^\n]+/m);
    const [first = '', ...more] = snippetsIn(opening, 'tf');
    expect(first).toMatch(/^ {2}version += "\d+\.\d+\.\d+"$/m);
    expect(more).toEqual([]);
  });

  it('calls templates tf, and lists no inputs or outputs in tables', () => {
    expect(snippetsIn(text, 'hcl')).toEqual([]);
    expect(prose).not.toMatch(/^\| *(name|input|variable|output) *\|/im);
  });

  it('links only to files that exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path = '']) => path);
    expect(links.length).toBeGreaterThan(10);
    for (const path of links) expect(() => readFileSync(path), path).not.toThrow(/ENOENT/);
  });

  it('holds no key, nor does an example', () => {
    const examples = readdirSync('examples').flatMap((name) =>
      readdirSync(`examples/${name}`).map((file) => readFileSync(`examples/${name}/${file}`, 'utf8')),
    );
    for (const each of [text, ...examples])
      expect(each).not.toMatch(/(?:api_key|token)\s*=\s*"[^"$]+"|sgamp_/i);
  });
});

describe('the inputs', () => {
  it('are described, say when to set them, and are in order', async () => {
    const variables = await readBlocks('.', 'variable');
    expect(variables.length).toBeGreaterThan(30);
    for (const { name, attributes } of variables) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(attributes.get('description'), name).toBeDefined();
      const order = [...attributes.keys()].filter((key) => ORDER.includes(key));
      expect(order, name).toEqual([...order].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)));
    }
    const named = new Map(variables.map(({ name, attributes }) => [name, attributes]));
    expect(named.get('agent_id')?.has('default')).toBe(false);
    for (const name of ['order', 'group']) expect(named.get(name)?.get('default')).toBe('null');
    expect(named.get('amp_api_key')?.get('sensitive')).toBe('true');
  });
});

it('the scripts use no sudo but for managed_settings', () => {
  for (const name of readdirSync('scripts').filter((each) => /(?<!install-managed)\.sh$/.test(each))) {
    // Text that a script prints is not a command.
    const commands = readFileSync(`scripts/${name}`, 'utf8').replaceAll(/"[^"\n]*"|'[^'\n]*'|#.*$/gm, '');
    expect(commands, name).not.toMatch(/\bsudo\b/);
  }
});
