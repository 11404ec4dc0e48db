import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

/**
 * Describes the machine in one or two sentences.
 * @param root a folder on the file system that homes are on.
 * @param ampFolder folder of the `amp` that is measured.
 */
export async function describeMachine(root: string, ampFolder: string): Promise<string> {
  const [cpu] = cpus();
  const version = async (program: string, args: readonly string[]) =>
    (await execa(program, args)).stdout.split('\n')[0]?.trim() ?? '';
  const fileSystem = (await version('stat', ['-f', '-c', '%T', root])) || 'unknown';
  const load = readFileSync('/proc/loadavg', 'utf8').split(' ')[0];
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  const date = new Date().toISOString().slice(0, 10);
  return [
    `Measured on ${date}: ${cpus().length} cores (${cpu?.model.trim() ?? 'unknown'}), ${gigabytes} GB, Linux ${release()}, homes on ${fileSystem}, load ${load} at the start;`,
    `Node ${process.versions.node}, Amp ${(await version(join(ampFolder, 'amp'), ['--version'])).split(' ')[0]}, ${await version('terraform', ['version'])}, ${(await version('bash', ['--version'])).replace(/ \(.*/, '')}.`,
  ].join(' ');
}
