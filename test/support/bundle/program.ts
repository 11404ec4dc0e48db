// Run by test/unit/bundle.test.ts: built like the bundle, and as it is, on the whole libraries.
import { execa } from 'execa';
import { reasonOf } from '../../../shim/system/report.ts';
import { REFUSALS } from './refusals.ts';
import { USES } from './uses.ts';

const [what, folder = ''] = process.argv.slice(2);
const results: Record<string, unknown> = {};

if (what === 'uses') for (const [name, { run }] of Object.entries(USES)) results[name] = await run(folder);

if (what === 'refusals')
  for (const [name, use] of Object.entries(REFUSALS)) {
    try {
      await use();
      results[name] = 'nothing was refused';
    } catch (error) {
      results[name] = reasonOf(error);
    }
  }

if (what === 'wait') {
  const child = execa('sleep', ['100'], { stdio: ['ignore', 'ignore', 'ignore'], reject: false });
  process.stdout.write(`${child.pid}\n`);
  await child;
}

process.stdout.write(`${JSON.stringify(results)}\n`);
