import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { EXIT } from '../../shim/system/exit.ts';
import { ampSession, type Home, makeHome } from '../support/cli/home.ts';
import { refusal } from '../support/cli/refusal.ts';
import { stateOf } from '../support/cli/state.ts';
import { temporaryFolder } from '../support/folders.ts';
import { NO_INSTALL_INPUTS } from '../support/module-variables.ts';

const COMMANDS = ['prepare', 'deliver', 'settle', 'configure'];

async function configuredHome(): Promise<Home> {
  const home = makeHome(temporaryFolder(), { programs: [] });
  const env = { ...NO_INSTALL_INPUTS, AMP_MODULE_BASE_CONFIG: '{"amp.permissions":[{"tool":"*"}]}' };
  expect(await ampSession(home, ['configure'], { env })).toMatchObject({ exitCode: EXIT.ok });
  return home;
}

/** Amp's settings, and the record of what the template set in them. */
function settingsIn({ home, stateFolder }: Home): unknown {
  return [stateOf(join(home, '.config')), readFileSync(join(stateFolder, 'applied.json'), 'utf8')];
}

it.each(COMMANDS)("%s, run by hand, changes nothing and says that it is the module's", async (command) => {
  const home = await configuredHome();
  const before = settingsIn(home);
  const words = command === 'settle' ? ['settle', '0', '5'] : [command];
  expect(await ampSession(home, words, { input: 'a prompt' })).toMatchObject(
    refusal(
      EXIT.usage,
      new RegExp(
        `^amp-session: Nothing was done: AMP_MODULE_.* is not set.* Only the module's scripts run 'amp-session ${command}'; .*\\.\n$`,
      ),
    ),
  );
  expect(settingsIn(home)).toEqual(before);
});

it.each(COMMANDS)('%s refuses words that the scripts never give, and explains itself', async (command) => {
  const home = await configuredHome();
  const before = settingsIn(home);
  expect(await ampSession(home, [command, '0', '5', '--verbose'], { env: NO_INSTALL_INPUTS })).toMatchObject(
    refusal(EXIT.usage, "Nothing was done: '0 5 --verbose' was not expected."),
  );
  for (const words of [
    [command, '--help'],
    [command, '-h'],
    ['help', command],
  ]) {
    const help = await ampSession(home, words, { env: NO_INSTALL_INPUTS });
    expect(help).toMatchObject({ exitCode: EXIT.ok, stderr: '' });
    expect(help.stdout).toMatch(new RegExp(`^Usage: amp-session ${command}`));
  }
  expect(settingsIn(home)).toEqual(before);
});

it("keeps the template's settings even where half of the environment is there", async () => {
  const home = await configuredHome();
  const before = settingsIn(home);
  const env = { AMP_MODULE_BASE_CONFIG: '{}', AMP_MODULE_INSTRUCTIONS: '' };
  expect(await ampSession(home, ['configure'], { env })).toMatchObject({ exitCode: EXIT.usage });
  expect(settingsIn(home)).toEqual(before);
});
