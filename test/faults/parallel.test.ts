import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { bundleParts, bundleSha256, partVariables } from '../support/bundle.ts';
import { temporaryFolder } from '../support/folders.ts';
import { NO_START_INPUTS } from '../support/module-variables.ts';
import { PATIENT } from '../support/patience.ts';
import { preloadingProgram } from '../support/preload.ts';
import { makeProgram, makeScriptHome, runScript } from '../support/script.ts';
import { THREAD } from '../support/start.ts';
import { killAll } from '../support/workspace/machine.ts';

const STARTS = 50;

it('50 simultaneous starts run one agent, in one thread', async () => {
  const machine = makeScriptHome(temporaryFolder());
  onTestFinished(() => killAll(machine.home));
  const common = {
    ...NO_START_INPUTS,
    AMP_MODULE_AGENTAPI_DIR: '.amp-module',
    AMP_MODULE_STATE_DIR: '.amp-module',
    AMP_MODULE_BUNDLE_SHA256: bundleSha256(),
    AMP_MODULE_PERSISTENCE: 'true',
  };
  const parts = bundleParts();
  await Promise.all([
    runScript('place.sh', machine, {
      ...common,
      ...partVariables(parts.start),
      AMP_MODULE_MAIN: preloadingProgram(),
      AMP_MODULE_LAUNCHER: readFileSync('scripts/amp-session.sh', 'utf8'),
    }),
    ...[parts.commands, parts.library].map((part) =>
      runScript('place-rest.sh', machine, { ...common, ...partVariables(part) }),
    ),
  ]);
  makeProgram(
    join(machine.bin, 'amp'),
    `case "$*" in *'threads new') echo "$*" >>"$HOME/new"; echo ${THREAD} ;; *) echo ok ;; esac`,
  );
  makeProgram(join(machine.bin, 'agentapi'), `echo "$*" >>"$HOME/agents"; exec sleep 1000`);

  const variables = {
    ...common,
    AMP_MODULE_PORT: '3284',
    AMP_MODULE_WORKDIR: join(machine.home, 'project'),
    AMP_MODULE_PROMPT: '',
  };
  // 50 at once on a busy machine wait for each other longer than any real starts do.
  const start = () => runScript('start.sh', machine, variables, { env: PATIENT });
  let refused = 0;
  const others = new Promise<void>((resolve) => {
    for (let number = 0; number < STARTS; number++) {
      void start().then(({ exitCode, all }) => {
        if (exitCode !== 0 || !all?.includes('is already being run by process')) return;
        refused += 1;
        if (refused === STARTS - 1) resolve();
      });
    }
  });
  await others;
  const read = (name: string) =>
    existsSync(join(machine.home, name)) ? readFileSync(join(machine.home, name), 'utf8') : '';
  expect(read('new').trim().split('\n')).toHaveLength(1);
  expect(read('agents').trim().split('\n')).toEqual([expect.stringContaining(`threads continue ${THREAD}`)]);
});
