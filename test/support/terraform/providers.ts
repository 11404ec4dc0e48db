import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { ExecaError, execa } from 'execa';
import { cacheFolder } from '../cache.ts';
import { buildProviders, coderVersion } from './build-providers.ts';
import { isolatedEnvironment } from './environment.ts';
import { makeOnce } from './once.ts';

/** Long enough for two Go builds on a small machine (92 s on two cores) and a download. */
const makeLimitMs = 10 * 60_000;

/** Terraform keeps retrying a registry that doesn't answer; one that does delivers both within this time. */
const downloadLimitMs = 120_000;

/** The smallest configuration that makes `terraform init` fetch the providers of module and template. */
const configuration = {
  terraform: {
    required_providers: {
      coder: { source: 'coder/coder', version: coderVersion },
      null: { source: 'hashicorp/null', version: '>= 1.0.0' },
    },
  },
};

/**
 * The folder for Terraform's `filesystem_mirror`, created once for all checkouts of this user: from
 * Terraform's registry or, if that can't be reached, with Go.
 *
 * @throws one sentence that says what is missing if neither works
 */
export async function providerMirror(): Promise<string> {
  const mirror = cacheFolder(`terraform-providers-${coderVersion}`);
  await makeOnce(mirror, makeMirror, makeLimitMs);
  return mirror;
}

async function makeMirror(folder: string): Promise<void> {
  announce('Getting the Terraform providers coder/coder and hashicorp/null, once for all checkouts…');
  const refusal = await downloadProviders(folder).then(() => undefined, firstLine);
  if (refusal === undefined) return;
  announce(`Terraform's registry can't be used (${refusal}).`);
  announce('Building them with Go instead: about two minutes on two cores.');
  await rm(path.join(folder, 'registry.terraform.io'), { recursive: true, force: true });
  try {
    await buildProviders(folder, announce);
  } catch (error) {
    throw new Error(
      `The tests need the Terraform providers coder/coder and hashicorp/null, and neither Terraform's registry (${refusal}) nor a Go toolchain with its module proxy (${firstLine(error)}) could give them.`,
      { cause: error },
    );
  }
}

function announce(text: string): void {
  process.stderr.write(`${text}\n`);
}

/**
 * Terraform's plugin cache has the layout of an unpacked mirror, so an init with an empty cache creates a
 * mirror.
 */
async function downloadProviders(folder: string): Promise<void> {
  const work = await mkdtemp(path.join(tmpdir(), 'providers-'));
  try {
    await writeFile(path.join(work, 'main.tf.json'), JSON.stringify(configuration));
    await writeFile(path.join(work, 'empty.tfrc'), '');
    await execa('terraform', ['init', '-no-color', '-input=false'], {
      cwd: work,
      env: isolatedEnvironment(work, {
        TF_CLI_CONFIG_FILE: path.join(work, 'empty.tfrc'),
        TF_PLUGIN_CACHE_DIR: folder,
      }),
      extendEnv: false,
      timeout: downloadLimitMs,
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The first line about a failure from a command or the system, as part of a sentence. */
function firstLine(error: unknown): string {
  const text = error instanceof ExecaError ? error.stderr || error.shortMessage : String(error);
  const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? 'no reason given';
  return line.trim().replace(/^Error: /, '');
}
