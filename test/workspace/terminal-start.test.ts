// Without AgentAPI: what comes before Amp when the terminal app is opened.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isReady } from '../support/amp/screen.ts';
import { shows } from '../support/amp/typing.ts';
import { waitUntil } from '../support/wait.ts';
import { fixtureOfFile } from './fixture.ts';
import { amps, tab, terminalWorkspace } from './terminal-app.ts';

const fixture = await fixtureOfFile();

/** Puts a `coder` on PATH that says yes to everything, and a firewall in the home folder that lets everything pass. */
const CODER = `#!/bin/bash
printf '#!/bin/bash\\necho "$*" >>"$HOME/calls"\\n' >"$CODER_SCRIPT_BIN_DIR/coder"
printf '#!/bin/bash\\n[[ $1 == -- ]] && echo confined "$2" >>"$HOME/calls"; shift; exec "$@"\\n' >"$HOME/firewall.sh"
chmod +x "$CODER_SCRIPT_BIN_DIR/coder" "$HOME/firewall.sh"
echo early
`;

it("waits until Amp is installed, what it must be started after is done, and the author's scripts have run", async () => {
  const dev = await terminalWorkspace(fixture, ['tmux'], {
    inputs: {
      wait_for: ['clone'],
      agent_firewall_wrapper_path: '$HOME/firewall.sh',
      pre_install_script: CODER,
      post_install_script: '#!/bin/bash\necho late; until [[ -e $HOME/go ]]; do sleep 0.1; done',
    },
  });
  await dev.provision();
  const start = dev.runStartScripts();
  const terminal = tab(dev);
  await shows(terminal, 'Amp opens here once it is installed.');
  const log = (name: string) => dev.read(`logs/${name}.log`);
  await waitUntil('the last script', async () => ({
    done: log('post_install') !== '',
    seen: log('install'),
  }));
  expect(log('pre_install')).toBe('early\n');
  expect(log('install')).toContain('They have finished.');
  const calls = () => readFileSync(join(dev.home, 'calls'), 'utf8').split('\n');
  const name = 'coder-labs-sourcegraph-amp-start_script';
  expect(calls()).toContain(`exp sync want ${name} clone`);
  expect(calls()).not.toContain(`exp sync complete ${name}`);
  expect(amps(dev)).toEqual([]);

  writeFileSync(join(dev.home, 'go'), '');
  for (const { exitCode } of (await start).scripts) expect(exitCode).toBe(0);
  await terminal.until(isReady);
  expect(calls()).toContain('confined amp');
  await waitUntil('the last step', async () => ({
    done: calls().includes(`exp sync complete ${name}`),
    seen: calls(),
  }));
});
