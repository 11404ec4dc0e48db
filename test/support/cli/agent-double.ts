import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ampFolders } from '../../../shim/amp/folders.ts';
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
      home,
      folders: ampFolders(home),
      stateFolder,
      key: 'main',
      persistence: true,
      workdir: project,
      agentApiFolder: stateFolder,
      port: PORT,
      workspace: '',
      onInterruptedTurn: '',
      adopt: null,
      ampOptions: ['--mode', 'low'],
      firewall: [],
      runnerPid: process.pid,
      run: 1,
      agentApiPidFile: pidFile,
      agentApiStateFile: join(stateFolder, 'agentapi-state.json'),
      secrets: [],
      ampUrl: 'https://ampcode.com',
      settingsFile: join(home, '.config/amp/settings.json'),
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
