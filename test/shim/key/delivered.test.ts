import { beforeEach, expect, it, vi } from 'vitest';
import { learnDelivered } from '../../../shim/key/delivered.ts';
import { Key } from '../../../shim/key/key.ts';
import { prepare } from '../../../shim/start/prepare.ts';
import { EXIT, Refusal } from '../../../shim/system/exit.ts';
import { GOOD_AMP, makeStart, type Start } from '../../support/start.ts';

let start: Start;
let key: Key;
beforeEach(async () => {
  start = makeStart();
  key = new Key({ ...start.config, ampUrl: 'https://ampcode.com', settingsFile: '' });
  await prepare(start.config, 'fix it');
});

const state = () => key.find(null).prompts.map((prompt) => prompt.state);

it.each([
  ['that the thread has', ['fix it'], 'delivered'],
  ['that it lacks', [], 'handed'],
  ['that is not the message it has', ['fix that'], 'handed'],
])('I4: a prompt %s is recorded as what it is', async (_, texts, expected) => {
  start.ampHas(texts);
  await learnDelivered(key, key.find(null));
  expect(state()).toEqual([expected]);
});

it('changes nothing, and fails nothing, where Amp does not answer or the record is locked', async () => {
  start.ampHas(null);
  await learnDelivered(key, key.find(null));
  start.ampHas(['fix it']);
  vi.spyOn(key, 'change').mockRejectedValueOnce(new Refusal(EXIT.busy, 'locked'));
  await learnDelivered(key, key.find(null));
  expect(state()).toEqual(['handed']);
});

it('asks Amp nothing once it is known', async () => {
  start.ampHas(['fix it']);
  await learnDelivered(key, key.find(null));
  start.amp({ ...GOOD_AMP, export: 'touch "$HOME/asked"; exit 1' });
  const run = vi.spyOn(key, 'amp');
  await learnDelivered(key, key.find(null));
  expect(run).not.toHaveBeenCalled();
});
