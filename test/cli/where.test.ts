// Where more is to be found: a thread's page, and the logs.

import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { EXIT } from '../../shim/system/exit.ts';
import { threadNumbered } from '../support/cli/amp-double.ts';
import { makeDoubleHome } from '../support/cli/bench.ts';
import { ampSession, type Home } from '../support/cli/home.ts';
import { recordEvents } from '../support/cli/record.ts';
import { onTerminal } from '../support/cli/screen.ts';

const ACTIVE = threadNumbered(0xa0000001);
const ESCAPE = '\u001b';

let home: Home;
let stateFolder: string;

const terminal = (args: readonly string[]) =>
  onTerminal(join(stateFolder, 'bin/amp-session'), args, { cwd: home.project, env: home.env });

beforeEach(async () => {
  ({ home } = makeDoubleHome());
  ({ stateFolder } = home);
  await recordEvents(stateFolder, 'main', [
    { event: 'thread', origin: 'new', workdir: home.project, thread: ACTIVE, at: '2026-01-01T00:00:00.000Z' },
  ]);
});

describe("a thread's page", () => {
  it('is a link on a terminal that may know links, and an address everywhere else', async () => {
    const url = `https://ampcode.com/threads/${ACTIVE}`;
    const link = `${ESCAPE}]8;;${url}${ESCAPE}\\${url}${ESCAPE}]8;;${ESCAPE}\\`;
    for (const args of [['open'], ['status'], ['show']]) {
      const shown = terminal(args);
      expect((await shown.ended).exitCode).toBe(EXIT.ok);
      expect(shown.raw(), args[0]).toContain(link);
    }
    expect((await ampSession(home, ['open'])).stdout).toBe(`${url}\n`);
  });
});

describe('logs', () => {
  it("prints the key's own, says where they are, and goes on with what is added", async () => {
    const folder = join(stateFolder, 'logs');
    mkdirSync(folder);
    const hash = createHash('sha256').update('telegram:652').digest('hex').slice(0, 7);
    const names = ['install', 'agentapi-start', 'install-review', `agentapi-start-telegram-${hash}`];
    for (const name of names) writeFileSync(join(folder, `${name}.log`), `of ${name}\n`);
    const of = async (...args: string[]) => {
      const { stdout, stderr } = await ampSession(home, ['logs', ...args]);
      expect(stderr).toBe(`amp-session: The logs are in ${folder}.\n`);
      return stdout.match(/^of .*$/gm);
    };
    expect(await of()).toEqual(['of install', 'of agentapi-start']);
    expect(await of('--key', 'review')).toEqual(['of install-review']);
    expect(await of('--key', 'telegram:652')).toEqual([`of agentapi-start-telegram-${hash}`]);
    expect(await ampSession(home, ['logs', '--key', 'docs'])).toMatchObject({ exitCode: EXIT.missing });
    const shown = terminal(['logs', '-f', '--key', 'review']);
    await shown.until((text) => text.includes('of install-review'));
    appendFileSync(join(folder, 'install-review.log'), 'and more\n');
    await shown.until((text) => text.includes('and more'));
    shown.type('\u0003');
    await shown.ended;
  });
});
