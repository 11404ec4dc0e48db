import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sessionPaths } from '../../../shim/store/paths.ts';
import { writeRunner } from '../../../shim/store/runner.ts';
import { makeProgram } from '../script.ts';
import type { Home } from './home.ts';

/** The port that the double is said to listen on; nothing does. */
export const PORT = 39_284;

/**
 * Makes it look as if a start script ran the agent of the key `main`: this process plays the start script.
 * @param serves whether AgentAPI runs; otherwise the start script waits for it.
 * @returns a function that ends AgentAPI.
 */
export async function runAgentDouble(
  { home, stateFolder, project, env }: Home,
  serves: boolean,
): Promise<() => Promise<void>> {
  const pidFile = join(stateFolder, 'agentapi.pid');
  writeRunner(
    sessionPaths(stateFolder, 'main').runner,
    {
      persistence: true,
      workdir: project,
      port: PORT,
      ampOptions: ['--mode', 'low'],
      firewall: [],
      runnerPid: process.pid,
      agentApiPidFile: pidFile,
      agentApiStateFile: join(stateFolder, 'agentapi-state.json'),
    },
    { quickFailures: 0, unrecorded: false },
  );
  if (!serves) return async () => undefined;
  const program = join(home, 'agentapi-double');
  makeProgram(program, 'read -r');
  const server = spawn(program, ['server'], {
    env: { ...env, AGENTAPI_PID_FILE: pidFile },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  await once(server, 'spawn');
  writeFileSync(pidFile, `${server.pid}\n`);
  return async () => {
    const ended = once(server, 'exit');
    server.stdin.end();
    await ended;
  };
}
