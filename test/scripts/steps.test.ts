import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/folders.ts';
import { scriptVariables } from '../support/module-variables.ts';
import { fullVolume, makeScriptHome, runScript, type ScriptHome } from '../support/script.ts';

let machine: ScriptHome;
beforeEach(() => {
  machine = makeScriptHome(temporaryFolder());
});

const inModule = (name: string) => join(machine.home, '.amp', name);
const onPath = () => join(machine.home, 'script-bin/amp-terminal');

/** A script that runs Amp, as the module renders it for a template with this firewall. */
const script = (firewall: string, more = '') => `#!/usr/bin/env bash
export AMP_MODULE_AMP_OPTIONS='[]'
export AMP_MODULE_FIREWALL='${firewall}'
export AMP_MODULE_PORT=''
touch "$HOME/ran"
${more}`;

const run = (firewall: string, wrapper: readonly string[] = []) =>
  runScript(
    'steps.sh',
    machine,
    {
      ...scriptVariables('.amp'),
      AMP_MODULE_TERMINAL: 'amp-terminal',
      AMP_MODULE_RUNNER_FILE: 'runner',
      AMP_MODULE_PRE_INSTALL: '',
      AMP_MODULE_INSTALL: '',
      AMP_MODULE_POST_INSTALL: '',
      AMP_MODULE_OPEN: script(firewall, 'true'),
      AMP_MODULE_RUNNER: script(firewall, 'touch "$HOME/runner-ran"'),
    },
    { wrapper },
  );

const WRAPPER = "/fire & wall/it'\\''s\n--";

describe('steps.sh on a volume on which nothing can be written', () => {
  it.each([
    ['the first one', '', WRAPPER],
    ['another one', '/older', WRAPPER],
    ['none any more', WRAPPER, ''],
  ])('leaves nothing that runs Amp without the firewall of the template: %s', async (_name, before, now) => {
    expect((await run(before)).exitCode).toBe(0);
    const { exitCode, all } = await run(now, fullVolume(0));
    expect(exitCode).toBe(1);
    expect(all).toContain(
      "There is none from an earlier start that has the template's firewall, so Amp is not run.",
    );
    expect(existsSync(onPath())).toBe(false);
    expect(readdirSync(inModule('bin'))).toEqual([]);
    expect(readdirSync(inModule('scripts'))).toEqual([]);
  });

  it('uses what an earlier start left with the same firewall', async () => {
    await run(WRAPPER);
    const earlier = readFileSync(inModule('bin/terminal-main'), 'utf8');
    const { exitCode, all } = await run(WRAPPER, fullVolume(0));
    expect(exitCode).toBe(0);
    expect(all).toContain('The one from an earlier start is used.');
    expect(readFileSync(onPath(), 'utf8')).toBe(earlier);
    expect(readdirSync(inModule('bin'))).toEqual(['terminal-main']);
  });
});

it('removes an opener with another firewall before it installs anything', async () => {
  mkdirSync(inModule('bin'), { recursive: true });
  writeFileSync(inModule('bin/terminal-main'), script(''));
  chmodSync(inModule('bin/terminal-main'), 0o700);
  const seen = join(machine.home, 'seen');
  const install = `#!/bin/bash\nls "$HOME/.amp/bin" > '${seen}'`;
  await runScript('steps.sh', machine, {
    ...scriptVariables('.amp'),
    AMP_MODULE_TERMINAL: 'amp-terminal',
    AMP_MODULE_PRE_INSTALL: '',
    AMP_MODULE_INSTALL: install,
    AMP_MODULE_POST_INSTALL: '',
    AMP_MODULE_OPEN: script(WRAPPER),
  });
  expect(readFileSync(seen, 'utf8')).toBe('');
  expect(statSync(inModule('bin/terminal-main')).mode & 0o777).toBe(0o700);
});
