import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ampServerOfFile } from '../../support/amp/file-server.ts';
import { CliHome } from '../../support/cli/live-home.ts';
import { recordThread } from '../../support/cli/record.ts';
import { watchWriters } from '../../support/cli/writers.ts';
import { messagesAt } from '../../workspace/fixture.ts';

const amp = await ampServerOfFile();

describe('two processes at once', () => {
  it('use: a thread goes to one of two keys, and the other is told', async () => {
    const home = new CliHome({ amp });
    for (let times = 1; times <= 3; times++) {
      const thread = amp.addThread();
      const uses = ['a', 'b'].map((key) => home.run(['use', thread, '--key', key]));
      const ends = await Promise.all(uses);
      expect(ends.map(({ exitCode }) => exitCode).sort()).toEqual([0, 77]);
      expect(ends.map(({ stderr }) => stderr).join('')).toMatch(/belongs to the key '[ab]'/);
    }
  });

  it('import: one of two into two keys, and one of two into one key, is taken, and once', async () => {
    const source = new CliHome({ amp });
    await recordThread({ stateFolder: source.stateFolder, workdir: source.project }, amp.addThread());
    const path = join(source.home, 'exported.json');
    await source.run(['export', '--output', path]);
    for (const keys of [
      ['a', 'b'],
      ['c', 'c'],
    ]) {
      const home = new CliHome({ amp });
      const ends = await Promise.all(keys.map((key) => home.run(['import', path, '--key', key])));
      expect(ends.map(({ exitCode }) => exitCode).sort()).toEqual([0, 77]);
      const taker = keys[ends.findIndex(({ exitCode }) => exitCode === 0)];
      const lines = readFileSync(home.paths(taker).history, 'utf8').trim().split('\n');
      expect(lines).toHaveLength(2);
    }
  });
});

describe('a volume on which an older version gave one thread to two keys', () => {
  it('sends of both keys to it go one after the other', async () => {
    const { home, thread } = await CliHome.withThread(amp);
    await recordThread({ stateFolder: home.stateFolder, workdir: home.project, key: 'b' }, thread);
    rmSync(home.paths().owners, { recursive: true });
    const most = watchWriters(home.home);
    const ends = await Promise.all(
      ['main', 'b'].map((key) => home.run(['send', `from ${key}`, '--key', key])),
    );
    expect(most()).toBe(1);
    expect(ends.map(({ stdout }) => stdout)).toEqual(['I heard: from main', 'I heard: from b']);
    expect(messagesAt(amp, thread).slice(1).sort()).toEqual(['from b', 'from main']);
  });
});
