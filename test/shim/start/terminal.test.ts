import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { liveAgent } from '../../../shim/agent/live.ts';
import { openerOf } from '../../../shim/agent/opener.ts';
import { checkPrograms } from '../../../shim/doctor/programs.ts';
import { Key } from '../../../shim/key/key.ts';
import { checkChangeOver } from '../../../shim/key/switch.ts';
import { prepare } from '../../../shim/start/prepare.ts';
import { becomeWriter } from '../../../shim/store/writer.ts';
import { GOOD_AMP, makeStart, THREAD } from '../../support/start.ts';

/** A start without AgentAPI. */
function makeTerminalStart() {
  const start = makeStart();
  const config = { ...start.config, port: null, agentApiPidFile: null, agentApiStateFile: null };
  return { ...start, config, key: new Key(config) };
}

it('I1, I2: cold and warm, the recorded thread, whatever the terminal is', async () => {
  const { config } = makeTerminalStart();
  for (const _ of ['cold', 'warm']) {
    expect(await prepare(config, '')).toMatchObject({
      prompt: 'none',
      agentArgs: ['threads', 'continue', THREAD],
      terminal: expect.stringMatching(/^amp-session-/),
    });
  }
});

it('the agent runs as long as its terminal does, in the thread that it was started in', async () => {
  const { config, key } = makeTerminalStart();
  const shell = spawn('sleep', ['1000']);
  onTestFinished(() => void shell.kill());
  const pid = shell.pid ?? 0;
  await prepare({ ...config, runnerPid: pid }, '');
  const running = { kind: 'running', pid, url: null, thread: THREAD, recorded: true };
  expect(liveAgent(key.paths, key.read())).toEqual(running);
  await expect(checkChangeOver(key, null)).rejects.toThrow('Without --now, the thread is used when you open');

  expect(await prepare(config, '')).toEqual({
    kind: 'refuse',
    why: `the agent of 'main' is already being run by process ${pid}, in another terminal; close it there first`,
  });

  const ended = new Promise((resolve) => shell.once('exit', resolve));
  shell.kill();
  await ended;
  expect(liveAgent(key.paths, key.read())).toEqual({ kind: 'stopped' });
});

it('is not started beside another writer of its thread', async () => {
  const { config, key, paths } = makeTerminalStart();
  await prepare(config, '');
  const writer = await becomeWriter(paths, key.find(null).thread, 0);
  expect(await prepare(config, '')).toMatchObject({
    kind: 'refuse',
    why: expect.stringMatching(new RegExp(`^${THREAD} is open in another terminal`)),
  });
  writer?.release();
  expect(await prepare(config, '')).toMatchObject({ kind: 'launch' });
});

it('the doctor asks for AgentAPI only where the template has it', async () => {
  const { amp, config, key } = makeTerminalStart();
  amp({ ...GOOD_AMP, '--version': 'echo 1', list: "echo '[]'" });
  const about = async () => (await checkPrograms(key)).map((finding) => finding.about);
  expect(await about()).toContain('agentapi');
  const opener = openerOf(config);
  mkdirSync(dirname(opener), { recursive: true });
  writeFileSync(opener, '');
  expect(await about()).not.toContain('agentapi');
});
