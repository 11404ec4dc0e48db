import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { useFixture } from '../../workspace/fixture.ts';

const fixture = useFixture();

it("doctor starts Amp where the agent does, and names a checkout's settings that stop it there", async () => {
  const dev = await fixture().workspace();
  await dev.start();
  const found = async () => JSON.parse((await dev.run('amp-session', ['doctor', '--json'])).stdout).findings;
  expect(await found()).toContainEqual(expect.objectContaining({ about: 'log-in', level: 'ok' }));
  const file = join(dev.workdir, '.amp/settings.json');
  mkdirSync(join(dev.workdir, '.amp'));
  for (const text of ['{ broken', '', '\ufeff{}']) {
    writeFileSync(file, text);
    expect(await found(), text).toContainEqual(
      expect.objectContaining({ about: 'amp', level: 'problem', found: expect.stringContaining(file) }),
    );
  }
});
