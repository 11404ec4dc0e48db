import { existsSync, readFileSync, rmSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import { startDownloads } from '../support/downloads.ts';
import { installer, makesAmp, NEW, OLD, useAmpInstall } from '../support/scripts/install-amp.ts';

/** What npm leaves behind when it can't get the platform's package but still exits with 0. */
const STUB =
  'mkdir -p "$HOME/.npm-global/bin"; printf "#!/bin/sh\\nexit 1\\n" >"$HOME/.npm-global/bin/new"; chmod 755 "$HOME/.npm-global/bin/new"; mv "$HOME/.npm-global/bin/new" "$HOME/.npm-global/bin/amp"';

const install = useAmpInstall();

describe('when the wanted Amp is unavailable', () => {
  const npm = { AMP_MODULE_INSTALL_VIA_NPM: 'true' };
  const cases: readonly (readonly [string, RequestListener | string, string])[] = [
    ['404', (_, response) => response.writeHead(404).end(), 'answered with HTTP status 404.'],
    [
      'a page of a proxy',
      (_, response) => response.end('\n<html>touch pwned</html>'),
      'answered with a web page',
    ],
    ['a closed connection', (request) => request.socket.destroy(), "can't be downloaded (curl: (52)"],
    [
      'an installer that fails',
      (_, response) => response.end('exit 3\n'),
      'exited with status 3; see its output above',
    ],
    [
      'an installer that does nothing',
      (_, response) => response.end('#!/bin/sh\n'),
      'after its installer ran, ',
    ],
    ['npm that fails', 'echo "npm error ETIMEDOUT"; exit 1', 'exited with status 1; see its output above.'],
    ['npm that leaves a stub', STUB, 'after its installer ran, no Amp that runs here was found.'],
  ];
  /** Runs install.sh with that installer, or that npm. */
  const installWith = async (answer: RequestListener | string) => {
    if (typeof answer === 'string') {
      install().program('npm', answer);
      return install().run({ AMP_MODULE_AMP_VERSION: NEW, ...npm });
    }
    const { url } = await startDownloads(answer);
    return install().run({ AMP_MODULE_AMP_VERSION: NEW, AMP_MODULE_AMP_INSTALL_URL: url });
  };

  it.each(cases)(
    '%s, with none installed: says why and what to do, and merges the settings',
    async (_name, answer, why) => {
      const { all } = await installWith(answer);
      expect(all).toMatch(new RegExp(`Amp ${NEW} can't be installed: .*set install_amp to false\\.`));
      expect(all).toContain(why);
      expect(install().calls()).toContain('amp-session configure');
      expect(existsSync(install().inHome('pwned'))).toBe(false);
    },
  );

  it.each(cases)('%s, with another one installed: that one runs', async (_name, answer, why) => {
    install().program('npm', makesAmp('$HOME/.npm-global/bin', OLD));
    await install().run({ AMP_MODULE_AMP_VERSION: OLD, ...npm });
    const { all } = await installWith(answer);
    expect(all).toContain(why);
    expect(all).toContain(`Amp ${OLD} runs instead.`);
    expect(readFileSync(install().inHome('script-bin/amp'), 'utf8')).toContain(OLD);

    // It also runs at the next start, which tries again.
    rmSync(install().inHome('script-bin/amp'));
    expect((await installWith(answer)).all).toContain(`Amp ${OLD} runs instead.`);
    expect(readFileSync(install().inHome('script-bin/amp'), 'utf8')).toContain(OLD);

    // The one kept is replaced by the wanted version.
    rmSync(install().inHome('script-bin/amp'));
    install().program('npm', makesAmp('$HOME/.npm-global/bin', NEW));
    await install().run({ AMP_MODULE_AMP_VERSION: NEW, ...npm });
    expect(readFileSync(install().inHome('script-bin/amp'), 'utf8')).toContain(NEW);
    expect(existsSync(install().inHome('.amp/fallback'))).toBe(false);
  });

  it.each([
    ['the wanted version', OLD],
    ['any version', ''],
  ])('an Amp that was kept never counts as the installed one, when it is %s', async (_, wanted) => {
    install().program('npm', makesAmp('$HOME/.npm-global/bin', OLD));
    await install().run({ AMP_MODULE_AMP_VERSION: OLD, ...npm });
    expect((await installWith(STUB)).all).toContain(`Amp ${OLD} runs instead.`);

    const again = await install().run({ AMP_MODULE_AMP_VERSION: wanted, ...npm });
    expect(again.all).toContain(`Amp ${wanted || '(the latest)'} can't be installed`);
    expect(again.all).toContain(`Amp ${OLD} runs instead.`);

    install().program('npm', makesAmp('$HOME/.npm-global/bin', OLD));
    expect((await install().run({ AMP_MODULE_AMP_VERSION: wanted, ...npm })).all).toContain(
      `Amp ${OLD} is installed.`,
    );
    expect(existsSync(install().inHome('.amp/fallback'))).toBe(false);
    expect(readFileSync(install().inHome('script-bin/amp'), 'utf8')).toContain(OLD);
  });

  it('says so when npm is needed and missing', async () => {
    const run = await install().run(npm);
    expect(run.all).toContain('install_via_npm is set, but npm is not installed. Add Node.js to the image.');
  });

  it('names the version installed by an installer that offers only one', async () => {
    const url = await installer(makesAmp('$HOME/.local/bin', OLD));
    const { all } = await install().run({ AMP_MODULE_AMP_VERSION: NEW, AMP_MODULE_AMP_INSTALL_URL: url });
    expect(all).toContain(
      `after its installer ran, the installed version was ${OLD}. Amp ${OLD} runs instead.`,
    );
  });
});
