import { execa } from 'execa';
import { HANG_MS } from '../limits.ts';
import type { CoderScript } from '../terraform/terraform.ts';

/** How a script ended. */
export type ScriptRun = {
  readonly name: string;
  readonly exitCode: number | undefined;
  readonly output: string;
};

/** The user of a process, as options of execa. */
export const ids = (user: number | undefined) => (user === undefined ? {} : { uid: user, gid: user });

/**
 * Runs scripts as Coder's agent does: all at once, each as ONE argument of its interpreter, with nothing from
 * this process's environment. A script that is too long for an argument fails here as it does there.
 * @param scripts from Terraform's state.
 * @param env the complete environment.
 * @param home the folder they start in.
 * @param user ID of the user to run as, if it isn't the current one.
 */
export async function runScripts(
  scripts: readonly CoderScript[],
  env: Record<string, string>,
  home: string,
  user?: number,
): Promise<ScriptRun[]> {
  return Promise.all(
    scripts.map(async ({ name, script }) => {
      const result = await execa('bash', ['-c', script], {
        cwd: home,
        env,
        extendEnv: false,
        stdin: 'ignore',
        all: true,
        reject: false,
        timeout: HANG_MS,
        ...ids(user),
      });
      return {
        name,
        exitCode: result.exitCode,
        output: `${result.all ?? ''}${result.originalMessage ?? ''}`,
      };
    }),
  );
}
