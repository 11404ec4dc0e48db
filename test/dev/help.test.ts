import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/folders.ts';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const tools = Object.entries(scripts).flatMap(([name, line]) => {
  const main = /^tsx (dev\/\S+)/.exec(line)?.[1];
  return main === undefined ? [] : [[name, main] as const];
});
const run = (...words: string[]) => execa('tsx', words, { preferLocal: true, reject: false });

describe('--help', () => {
  it('is tested for every tool of dev/', () => expect(tools.length).toBeGreaterThan(7));

  it.each(tools)('of `npm run %s` says what it does, and does nothing else', async (_, main) => {
    const { stdout, stderr, exitCode } = await run(main, '--help');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(readFileSync(main, 'utf8')).toContain(`// ${stdout.split('\n')[0]}\n`);
  });
});

it.each([
  ['is missing', 'nowhere'],
  ['is no checkout', '.'],
])('`npm run package` says plainly that a folder %s', async (_, name) => {
  const folder = join(temporaryFolder(), name);
  const { stderr, exitCode } = await run('dev/package/main.ts', '--registry', folder);
  expect([exitCode, stderr]).toEqual([
    1,
    `${folder} is not a checkout of coder/registry: it has no folder registry/coder-labs.`,
  ]);
});
