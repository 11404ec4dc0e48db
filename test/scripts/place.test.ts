import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeEach, describe, expect, it } from 'vitest';
import { type BundleFile, partVariables } from '../support/bundle.ts';
import { temporaryFolder } from '../support/folders.ts';
import {
  asOrdinaryUser,
  makeProgram,
  makeScriptHome,
  runScript,
  type ScriptHome,
} from '../support/script.ts';

/** The two files, as the module's two scripts carry them. */
const PROGRAM = {
  name: 'main.cjs',
  text: "console.log(process.argv[2] === '--runtime' ? `amp-session runs on ${process.execPath}` : `${require('./library.cjs').said} ${process.argv[2]}`);\n",
};
const LIBRARY = { name: 'library.cjs', text: "exports.said = 'it runs';\n" };
const HASH = 'ab12';
const placed = (folder: string) =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
const WHOLE = Object.fromEntries([PROGRAM, LIBRARY].map(({ name, text }) => [name, text]));

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

let machine: ScriptHome;
const inModule = (name: string) => join(machine.home, '.amp-module', name);
type Options = {
  readonly stateDir?: string;
  readonly program?: BundleFile;
  readonly firewall?: string;
  readonly wrapper?: readonly string[];
};
const place = async ({
  stateDir = '.amp-module',
  program = PROGRAM,
  firewall = '',
  wrapper = [],
}: Options = {}) => {
  const settings = {
    AMP_MODULE_STATE_DIR: stateDir,
    AMP_MODULE_AGENTAPI_DIR: `${stateDir}/agentapi`,
    AMP_MODULE_BUNDLE_SHA256: HASH,
    AMP_MODULE_SESSION_KEY: 'main',
    AMP_MODULE_FIREWALL: firewall,
  };
  const [session, library] = await Promise.all([
    runScript(
      'place.sh',
      machine,
      {
        ...settings,
        ...partVariables(program),
        AMP_MODULE_LAUNCHER: readFileSync('scripts/amp-session.sh', 'utf8'),
      },
      { wrapper },
    ),
    runScript('place-library.sh', machine, { ...settings, ...partVariables(LIBRARY) }, { wrapper }),
  ]);
  return { exitCode: session.exitCode, all: `${session.all}${library.all}`, library: library.exitCode };
};

beforeEach(() => {
  machine = makeScriptHome(temporaryFolder());
});

describe('place.sh', () => {
  it('puts the bundle on the volume and the command on PATH', async () => {
    expect((await place()).exitCode).toBe(0);
    expect(placed(inModule(`bundle/${HASH}`))).toEqual(WHOLE);
    expect(readlinkSync(join(machine.home, 'script-bin/amp-session'))).toBe(inModule('bin/amp-session'));
    expect(readFileSync(inModule('bundle/current.cjs'), 'utf8')).toBe(`require("./${HASH}/main.cjs");\n`);
    expect(statSync(inModule(`bundle/${HASH}`)).mode & 0o077).toBe(0);
    const { stdout } = await execa('node', [inModule('bundle/current.cjs'), 'now']);
    expect(stdout).toBe('it runs now');
  });

  it('I6: makes the state folder private to its owner, whoever created it', async () => {
    mkdirSync(join(machine.home, '.amp-module'), { mode: 0o755 });
    await place();
    expect(statSync(inModule('.')).mode & 0o777).toBe(0o700);
  });

  it.each(['.', 'amp'])(
    'leaves the permissions of an existing folder alone, such as /data: %s in it',
    async (name) => {
      const data = join(machine.home, '../data');
      mkdirSync(data, { mode: 0o755 });
      expect((await place({ stateDir: join(data, name) })).exitCode).toBe(0);
      expect(statSync(data).mode & 0o777).toBe(0o755);
      expect(statSync(join(data, name, 'bundle')).mode & 0o777).toBe(0o700);
      if (name !== '.') expect(statSync(join(data, name)).mode & 0o777).toBe(0o700);
    },
  );

  it('leaves the permissions of a volume mounted in the home alone', async () => {
    mkdirSync(inModule('.'), { mode: 0o755 });
    const stat = execFileSync('bash', ['-c', 'command -v stat'], { encoding: 'utf8' }).trim();
    // The folder is on a different device from its parent.
    makeProgram(
      join(machine.bin, 'stat'),
      `case "$*" in '-Lc %d -- '*/..) echo 1 ;; '-Lc %d -- '*) echo 2 ;; *) exec ${stat} "$@" ;; esac`,
    );
    await place();
    expect(statSync(inModule('.')).mode & 0o777).toBe(0o755);
  });

  it('on a full volume, keeps what was there, leaves nothing else, and says so', async () => {
    await place();
    const before = readdirSync(inModule('bundle'));
    // No file may grow beyond 8 KiB: writing fails as on a full volume.
    const wrapper = ['bash', '-c', 'trap "" XFSZ; ulimit -f 8; exec "$@"', 'limited'];
    const program = { name: 'main.cjs', text: `// ${randomBytes(40_000).toString('hex')}\n` };
    const { exitCode, all, library } = await place({ program, wrapper });
    expect([exitCode === 0, library]).toEqual([false, 0]);
    expect(all).toContain(
      'is the volume full or read-only, or the file larger than the 8 KiB that are allowed',
    );
    expect(readdirSync(inModule('bundle'))).toEqual(before);
    expect(readFileSync(inModule('bundle/current.cjs'), 'utf8')).toBe(`require("./${HASH}/main.cjs");\n`);
    expect(readdirSync(inModule('bin'))).toEqual(['amp-session']);
    expect(existsSync(join(machine.home, 'script-bin/amp-session'))).toBe(true);
  });

  it("says whose a home is that isn't the user's own, instead of guessing at the volume", async () => {
    const wrapper = asOrdinaryUser(join(machine.home, '..'));
    if (wrapper.length === 0) chmodSync(machine.home, 0o555);
    else execFileSync('chown', ['0:0', machine.home]);
    const { exitCode, all } = await place({ wrapper });
    expect(exitCode).not.toBe(0);
    expect(all).toContain(
      wrapper.length === 0
        ? 'is the volume full or read-only?'
        : '/home belongs to root, and nobody may not write there. Change its owner.',
    );
  });

  it('places what confines Amp, and gives nobody a command that may not know it', async () => {
    const confined = () => readFileSync(inModule(`firewall/${sha256('main').slice(0, 16)}`), 'utf8');
    await place({ firewall: '$HOME/a b/wrapper\n--' });
    expect(confined()).toBe(`${machine.home}/a b/wrapper\n--\n`);
    await place();
    expect(confined()).toBe('\n');
    // A volume on which nothing can be written when the template has a firewall for the first time.
    const command = join(machine.home, 'script-bin/amp-session');
    rmSync(command);
    const wrapper = ['bash', '-c', 'trap "" XFSZ; ulimit -f 0; exec "$@"', 'limited'];
    expect((await place({ firewall: '/wrapper', wrapper })).exitCode).not.toBe(0);
    expect(existsSync(command)).toBe(false);
    expect(confined).toThrow('ENOENT');
  });

  it("I6: removes what version 3 of the module left with a key in it, and nothing of another module's", async () => {
    const older = join(machine.home, '.amp-module');
    mkdirSync(join(older, 'scripts'), { recursive: true });
    const start = join(older, 'scripts/agentapi-start.sh');
    writeFileSync(join(older, 'install.log'), 'token');
    writeFileSync(start, '#!/bin/bash\necho it is not of version 3\n');
    await place({ stateDir: '.amp' });
    expect(existsSync(start)).toBe(true);
    writeFileSync(start, "#!/bin/bash\nARG_AMP_API_KEY='key' ARG_MODE='smart' /tmp/start.sh\n");
    await place({ stateDir: '.amp' });
    expect(existsSync(start)).toBe(false);
    expect(existsSync(join(older, 'install.log'))).toBe(false);
  });

  it('cleans up after a killed start, and touches nothing else', async () => {
    await place();
    mkdirSync(inModule('bundle/0a'));
    const old = [
      'bundle/0a/main.cjs.123',
      'bundle/current.cjs.123',
      'bundle/tsconfig.json.123',
      'bin/amp-session.123',
    ];
    // As version 4 placed it, in one file.
    const kept = ['bin/agentapi-0.12.1', 'bundle/0a/main.cjs', 'bundle/0a.mjs'];
    for (const name of [...old, ...kept]) {
      writeFileSync(inModule(name), 'x');
      utimesSync(inModule(name), 1, 1);
    }
    await place();
    expect(old.filter((name) => existsSync(inModule(name)))).toEqual([]);
    expect(kept.filter((name) => existsSync(inModule(name)))).toEqual(kept);
  });

  it('writes nothing when the same bundle is there', async () => {
    await place();
    const inodes = () => Object.keys(WHOLE).map((name) => statSync(inModule(`bundle/${HASH}/${name}`)).ino);
    const before = inodes();
    await place();
    expect(inodes()).toEqual(before);
  });

  it('accepts another folder, inside or outside the home', async () => {
    const folder = join(machine.home, '..', 'data volume');
    expect((await place({ stateDir: folder })).exitCode).toBe(0);
    expect(placed(join(folder, `bundle/${HASH}`))).toEqual(WHOLE);
    expect(readlinkSync(join(machine.home, 'script-bin/amp-session'))).toBe(join(folder, 'bin/amp-session'));
    expect(existsSync(inModule('.'))).toBe(false);
  });

  it('needs no symbolic links on the volume', async () => {
    const ln = execFileSync('bash', ['-c', 'command -v ln'], { encoding: 'utf8' }).trim();
    makeProgram(
      join(machine.bin, 'ln'),
      `case "\${*: -1}" in
      */.amp-module/*) echo 'ln: failed to create symbolic link: Operation not permitted' >&2; exit 1 ;;
      esac
      exec ${ln} "$@"`,
    );
    const { exitCode, all } = await place();
    expect([exitCode, all]).toEqual([0, '']);
    const { stdout } = await execa(join(machine.home, 'script-bin/amp-session'), ['now'], {
      env: { HOME: machine.home },
    });
    expect(stdout).toBe('it runs now');
  });

  it('may run for several instances at once', async () => {
    const runs = await Promise.all(Array.from({ length: 20 }, () => place()));
    expect(runs.map(({ exitCode, all }) => [exitCode, all])).toEqual(Array(20).fill([0, '']));
    expect(placed(inModule(`bundle/${HASH}`))).toEqual(WHOLE);
    expect(readdirSync(inModule('bundle')).sort()).toEqual([
      HASH,
      'current.cjs',
      'package.json',
      'tsconfig.json',
    ]);
    expect(readdirSync(inModule('bin'))).toEqual(['amp-session']);
    expect(readdirSync(join(machine.home, 'script-bin'))).toEqual(['amp-session']);
  });

  it.each([
    ['main.cjs', ''],
    ['library.cjs', 'exports'],
  ])('replaces a bundle of which a crash left a file torn: %s', async (name, torn) => {
    await place();
    writeFileSync(inModule(`bundle/${HASH}/${name}`), torn);
    expect((await place()).exitCode).toBe(0);
    expect(placed(inModule(`bundle/${HASH}`))).toEqual(WHOLE);
  });
});
