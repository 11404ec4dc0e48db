import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { helpCaptures } from '../../dev/captures/help.ts';
import { CAPTURES, PAGE, withCaptures } from '../../dev/captures/page.ts';
import { EXIT } from '../../shim/system/exit.ts';
import { installAmpDouble } from '../support/cli/amp-double.ts';
import { ampSession, makeHome } from '../support/cli/home.ts';
import { COLUMNS } from '../support/cli/screen.ts';
import { temporaryFolder } from '../support/folders.ts';

const AGAIN = "run 'npm run captures' and commit what it made";
const read = (name: string) => readFileSync(join(CAPTURES, name), 'utf8');
const PICTURE = readFileSync('docs/demo.svg', 'utf8');

it('the captured help is what amp-session shows on a terminal of 80 columns', async () => {
  const captures = await helpCaptures(makeHome(temporaryFolder(), { programs: [] }));
  for (const [name, text] of Object.entries(captures)) expect(read(name), `${name}: ${AGAIN}`).toBe(text);
});

it('the page shows the captures verbatim, and every exit code', () => {
  const page = readFileSync(PAGE, 'utf8');
  expect(page, AGAIN).toBe(withCaptures(page, read));
  for (const name of readdirSync(CAPTURES)) expect(page).toContain(name);
  for (const code of Object.values(EXIT).filter((each) => each !== EXIT.stop))
    expect(page).toMatch(new RegExp(`^\\| ${code} \\| `, 'm'));
});

it.each(readdirSync(CAPTURES))(
  '%s fits the terminal and contains no path of the machine it was recorded on',
  (name) => {
    for (const line of read(name).split('\n').slice(1)) expect([...line].length).toBeLessThanOrEqual(COLUMNS);
    expect(read(name)).not.toMatch(/\/(tmp|root|work)\//);
  },
);

it('the picture is small, plays by itself, and contains no path of the machine it was recorded on', () => {
  expect(Buffer.byteLength(PICTURE)).toBeLessThan(100_000);
  expect(PICTURE).toMatch(
    /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" [^>]*role="img" aria-label="[^"]+">\n/,
  );
  expect(PICTURE).toContain('@keyframes');
  expect(PICTURE).not.toMatch(/\/(tmp|root|work)\/|https?:\/\/(?!www\.w3\.org\/2000\/svg"|ampcode\.com\/)/);
});

it('the picture is well-formed: every element that is opened is closed', () => {
  const open: string[] = [];
  for (const [, close, name = '', rest = ''] of PICTURE.matchAll(/<(\/?)([a-z]+)([^<>]*)>/g)) {
    if (close === '/') expect(open.pop()).toBe(name);
    else if (!rest.endsWith('/')) open.push(name);
  }
  expect(open).toEqual([]);
  // Nothing left between the tags could begin another one.
  expect(PICTURE.replace(/<\/?[a-z]+[^<>]*>/g, '')).not.toMatch(/[<]|&(?!(amp|lt|quot);)/);
});

it('the bridge on the page runs as shown', async () => {
  const root = temporaryFolder();
  for (const folder of ['home', 'bin']) mkdirSync(join(root, folder));
  const home = makeHome(join(root, 'home'), { programs: [installAmpDouble(join(root, 'bin')).dir] });
  const [, bridge = ''] = /```bash\n([\s\S]*?)```/.exec(readFileSync(PAGE, 'utf8')) ?? [];
  const input = "652\t--what is 'it'?\n653\t$(id) \\ `id`\n";
  const { stdout, stderr } = await execa('bash', ['-c', bridge], {
    cwd: home.project,
    env: home.env,
    extendEnv: false,
    input,
  });
  expect(stderr).toBe('');
  expect(stdout.split('\n').sort()).toEqual(["652\tI heard: --what is 'it'?", '653\tI heard: $(id) \\ `id`']);
  const { stdout: keys } = await ampSession(home, ['list', '--all', '--json']);
  expect(JSON.parse(keys)).toMatchObject({ keys: [{ key: 'telegram:652' }, { key: 'telegram:653' }] });
});
