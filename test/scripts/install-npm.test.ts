import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeEach, describe, expect, it } from 'vitest';
import { startDownloads } from '../support/downloads.ts';
import { temporaryFolder } from '../support/folders.ts';
import { npmRegistry } from '../support/network/npm.ts';
import { installedAmp } from '../support/network/world.ts';
import { useAmpInstall } from '../support/scripts/install-amp.ts';

const install = useAmpInstall();

/** In November 2026 npm's latest, and none of npm's executables for Linux. */
const LATEST = '0.0.1790712063-gb89205';
const INSTALLED = installedAmp().version;
const HINT = 'npm may have no executable of this version for this platform: set amp_version to another';

let npm: Record<string, string>;
let answer: RequestListener;
let url: string;
beforeEach(async () => {
  ({ url } = await startDownloads((request, response) => answer(request, response)));
  npm = { AMP_MODULE_INSTALL_VIA_NPM: 'true', AMP_MODULE_NPM_REGISTRY: url };
  install().useNpm();
});

const withoutExecutable = () => npmRegistry(temporaryFolder(), url, { withoutExecutable: LATEST });

/** What the Amp that scripts and terminals find says of itself. */
const version = async () => {
  const { home, path } = install().machine;
  const options = { env: { HOME: home, PATH: path }, extendEnv: false } as const;
  return (await execa(join(home, 'script-bin/amp'), ['--version'], options)).stdout.split(' ')[0];
};

describe('the real npm, which has the wanted Amp without an executable for this platform', () => {
  it('what is there runs, at every start, until it has one', async () => {
    answer = npmRegistry(temporaryFolder(), url);
    const full = answer;
    expect((await install().run(npm)).all).toContain(`Amp ${INSTALLED} is installed.`);
    answer = withoutExecutable();
    for (const wanted of [LATEST, '']) {
      const { all } = await install().run({ ...npm, AMP_MODULE_AMP_VERSION: wanted });
      expect(all).toContain(`Amp ${wanted || '(the latest)'} can't be installed: after its installer ran, `);
      expect(all).toContain(`Amp ${INSTALLED} runs instead. ${HINT}`);
      expect(await version()).toBe(INSTALLED);
    }
    answer = full;
    expect((await install().run(npm)).all).toContain(`Amp ${INSTALLED} is installed.`);
    expect(await version()).toBe(INSTALLED);
  });

  it.each(['', LATEST])('with none there and %j wanted, it says why and what to do', async (wanted) => {
    answer = withoutExecutable();
    const { all } = await install().run({ ...npm, AMP_MODULE_AMP_VERSION: wanted });
    expect(all).toContain(
      `Amp ${wanted || '(the latest)'} can't be installed: after its installer ran, no Amp that runs here was found. ${HINT}`,
    );
  });
});
