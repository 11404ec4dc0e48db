import { readInstallConfig } from '../environment/install.ts';
import { EXIT } from '../system/exit.ts';
import { configure } from './configure.ts';

/**
 * Runs the install script's step.
 * @returns the exit code.
 * @throws EnvironmentError
 */
export async function runConfigure(): Promise<number> {
  return configure(readInstallConfig(process.env), await import('../system/library.ts'))
    ? EXIT.ok
    : EXIT.failed;
}
