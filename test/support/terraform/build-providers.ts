import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { isolatedEnvironment } from './environment.ts';

/** A provider to build with Go: how to make its executable, and where Terraform expects it. */
interface BuildableProvider {
  /** namespace and name in Terraform's registry */
  source: string;
  version: string;
  /** Go commands, run in turn in an empty module; the last one leaves the executable in GOBIN or here. */
  steps: string[][];
}

export const coderVersion = '2.18.0';

const buildableProviders: BuildableProvider[] = [
  {
    source: 'coder/coder',
    version: coderVersion,
    steps: [['install', `github.com/coder/terraform-provider-coder/v2@v${coderVersion}`]],
  },
  {
    source: 'hashicorp/null',
    // The only version that Go's module proxy has. It has no go.mod, so its dependencies are listed here.
    version: '1.0.0',
    steps: [
      ['mod', 'init', 'build.invalid/providers'],
      [
        'get',
        'github.com/hashicorp/terraform@v0.12.31',
        'github.com/terraform-providers/terraform-provider-null@v1.0.0',
        'github.com/hashicorp/terraform-provider-null@v1.0.0',
      ],
      ['build', '-o', 'bin/', 'github.com/hashicorp/terraform-provider-null'],
    ],
  },
];

/**
 * Builds the two providers that the tests need with Go, into a folder laid out as Terraform's
 * `filesystem_mirror`.
 *
 * @param mirror the folder to fill
 * @param announce called with what is about to be built, and with progress
 * @throws if Go is not installed or its module proxy can't be reached
 */
export async function buildProviders(mirror: string, announce: (text: string) => void): Promise<void> {
  const home = await mkdtemp(path.join(tmpdir(), 'providers-go-'));
  try {
    const { GOOS, GOARCH, GOENV, GOFLAGS } = await goSettings();
    const env = isolatedEnvironment(home, {
      GOENV: GOENV ?? 'off',
      GOPATH: path.join(home, 'go'),
      GOMODCACHE: path.join(home, 'go', 'mod'),
      GOCACHE: path.join(home, 'cache'),
      GOBIN: path.join(home, 'bin'),
      // By default, Go's module cache is read-only and could not be removed afterwards.
      GOFLAGS: `${GOFLAGS ?? ''} -modcacherw`.trim(),
      CGO_ENABLED: '0',
    });
    for (const [index, { source, version, steps }] of buildableProviders.entries()) {
      announce(`  ${index + 1} of ${buildableProviders.length}: ${source} ${version}`);
      const begin = performance.now();
      for (const step of steps) await execa('go', step, { cwd: home, env, extendEnv: false });
      announce(`  ${source} is built (${Math.round((performance.now() - begin) / 1000)} s).`);
      const name = `terraform-provider-${path.basename(source)}`;
      const platform = `${GOOS}_${GOARCH}`;
      const folder = path.join(mirror, 'registry.terraform.io', source, version, platform);
      await mkdir(folder, { recursive: true });
      await copyFile(path.join(home, 'bin', name), path.join(folder, `${name}_v${version}`));
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function goSettings(): Promise<Record<string, string | undefined>> {
  const names = ['GOOS', 'GOARCH', 'GOENV', 'GOFLAGS'];
  const { stdout } = await execa('go', ['env', ...names]);
  const values = stdout.split('\n');
  return Object.fromEntries(names.map((name, index) => [name, values[index]]));
}
