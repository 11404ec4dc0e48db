import { readInstallConfig } from '../environment/install.ts';
import { EXIT } from '../system/exit.ts';
import { configure } from './configure.ts';

/**
 * Runs the install script's step.
 * @returns the exit code.
 * @throws EnvironmentError
 */
export function runConfigure(): number {
  return configure(readInstallConfig(process.env)) ? EXIT.ok : EXIT.failed;
}
