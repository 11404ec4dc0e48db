import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../support/folders.ts';
import { asOrdinaryUser, makeProgram, makeScriptHome, type ScriptHome } from '../support/script.ts';

const WANTED = '{"amp.dangerouslyAllowAll":false,"it\'s":"$HOME `x`"}';

let machine: ScriptHome;
let file: string;
beforeEach(() => {
  machine = makeScriptHome(temporaryFolder());
  file = join(machine.home, 'etc/ampcode/managed-settings.json');
});

/** Runs the part of install.sh with its file in a folder of the test's, as root or as somebody else. */
async function write(settings: string, wrapper: readonly string[] = []) {
  const text = readFileSync('scripts/install-managed.sh', 'utf8');
  const script = `set -u\n${text}\nmanaged_file='${file}'\nwrite_managed_settings\necho "status $?"`;
  const env = { PATH: machine.path, HOME: machine.home, AMP_MODULE_MANAGED: settings };
  const [program = '', ...args] = [...wrapper, 'bash', '-c', script];
  const { all = '' } = await execa(program, args, { env, extendEnv: false, all: true, cwd: '/' });
  expect(all).toMatch(/^status 0$/m);
  return all;
}

const asRoot = ['/usr/bin/unshare', '-r'];
const denied = 'echo "a password is required" >&2; exit 1';

it('are written as root, for all to read, and nothing is without them', async () => {
  await write('', asRoot);
  expect(existsSync(file)).toBe(false);
  expect(await write(WANTED, asRoot)).toContain(`Amp's managed settings are in ${file}.`);
  expect(readFileSync(file, 'utf8')).toBe(`${WANTED}\n`);
  expect(statSync(file).mode & 0o777).toBe(0o644);
});

it("keep the image's own file beside them, and are written once", async () => {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '{"image": 1}\n');
  await write(WANTED, asRoot);
  expect(await write(WANTED, asRoot)).not.toContain('managed settings are in');
  expect([readFileSync(file, 'utf8'), readFileSync(`${file}.previous`, 'utf8')]).toEqual([
    `${WANTED}\n`,
    '{"image": 1}\n',
  ]);
});

it('are written with a sudo that asks for no password', async () => {
  makeProgram(join(machine.bin, 'sudo'), 'printf "%s\\n" "$1" >"$HOME/asked"; shift; exec "$@"');
  await write(WANTED, asOrdinaryUser(join(machine.home, '..')));
  expect(readFileSync(file, 'utf8')).toBe(`${WANTED}\n`);
  expect(readFileSync(join(machine.home, 'asked'), 'utf8')).toBe('-n\n');
});

it.each([
  ['asks for a password', denied],
  ['is missing', null],
])('say what to put into the image where sudo %s, and the start goes on', async (_, sudo) => {
  if (sudo !== null) makeProgram(join(machine.bin, 'sudo'), sudo);
  const said = await write(WANTED, asOrdinaryUser(join(machine.home, '..')));
  // Which of the two outputs comes last is chance, and execa takes off the last line break.
  expect(`${said}\n`).toContain(
    `put that file into the image, readable for all, with this text: ${WANTED}\n`,
  );
  expect(existsSync(file)).toBe(false);
});
