// TypeScript of a repository that Amp runs without asking; README's "Security" warns of it.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { skipTour } from '../support/amp/home.ts';
import { type RealAmp, realAmp } from '../support/amp/real-run.ts';
import { isReady } from '../support/amp/screen.ts';
import { waitUntil } from '../support/wait.ts';

let amp: RealAmp;
beforeEach(async () => {
  amp = await realAmp();
});

test('executes .amp/plugins/*.ts of the work folder at its start, with the key in the environment', async () => {
  const mark = join(amp.home, 'mark');
  mkdirSync(join(amp.workdir, '.amp/plugins'), { recursive: true });
  const noteKey = `writeFileSync(${JSON.stringify(mark)}, String('AMP_API_KEY' in process.env))`;
  writeFileSync(
    join(amp.workdir, '.amp/plugins/mark.ts'),
    `import { writeFileSync } from 'node:fs';\n${noteKey};\nexport default function () {}\n`,
  );
  skipTour(amp);
  const terminal = amp.open(['threads', 'continue', amp.server.addThread()]);
  await terminal.until(isReady);
  await waitUntil('the mark of the plugin', async () => {
    const seen = existsSync(mark) ? readFileSync(mark, 'utf8') : '';
    return { done: seen !== '', seen };
  });
  expect(readFileSync(mark, 'utf8')).toBe('true');
});
