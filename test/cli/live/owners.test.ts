import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ampServerOfFile } from '../../support/amp/file-server.ts';
import { CliHome } from '../../support/cli/live-home.ts';
import { recordThread } from '../../support/cli/record.ts';
import { watchWriters } from '../../support/cli/writers.ts';
import { messagesAt } from '../../workspace/fixture.ts';

const amp = await ampServerOfFile();

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
