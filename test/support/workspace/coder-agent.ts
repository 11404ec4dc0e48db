import { execa } from 'execa';
import { HANG_MS } from '../limits.ts';
import type { CoderScript } from '../terraform/terraform.ts';

/** How a script ended. */
export type ScriptRun = {
  readonly name: string;
  readonly exitCode: number | undefined;
  readonly output: string;
};

/** How a workspace's programs are started: the command prefix, and the user as options of execa. */
export type RunAs = {
  readonly prefix: readonly string[];
  readonly ids: { readonly uid?: number; readonly gid?: number };
};

/**
 * Runs scripts as Coder's agent does: all at once, each as ONE argument of its interpreter, with nothing from
 * this process's environment. A script that is too long for an argument fails here as it does there.
 * @param scripts from Terraform's state.
 * @param env the complete environment.
 * @param home the folder they start in.
 * @param as how to start each: as which user, or in which network.
 */
export async function runScripts(
  scripts: readonly CoderScript[],
  env: Record<string, string>,
  home: string,
  as: RunAs = { prefix: [], ids: {} },
): Promise<ScriptRun[]> {
  return Promise.all(
    scripts.map(async ({ name, script }) => {
      const [command = 'bash', ...words] = [...as.prefix, 'bash', '-c', script];
      const result = await execa(command, words, {
        cwd: home,
        env,
        extendEnv: false,
        stdin: 'ignore',
        all: true,
        reject: false,
        timeout: HANG_MS,
        ...as.ids,
      });
      return {
        name,
        exitCode: result.exitCode,
        output: `${result.all ?? ''}${result.originalMessage ?? ''}`,
      };
    }),
  );
}
