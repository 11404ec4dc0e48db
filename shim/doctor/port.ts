import { connect } from 'node:net';
import { liveAgent } from '../agent/live.ts';
import type { Key } from '../key/key.ts';
import { readRunner } from '../store/runner.ts';
import { type Finding, problem } from './finding.ts';

const CONNECT_MS = 1_000;

/** Whether somebody else has the port that AgentAPI needs at the next start, or keeps it from starting now. */
export async function checkPort(key: Key): Promise<Finding[]> {
  const port = readRunner(key.paths.runner)?.agent?.port ?? null;
  if (port === null || liveAgent(key.paths, key.read()).kind === 'running' || !(await isTaken(port)))
    return [];
  return [
    problem(
      'port',
      `Another program listens on port ${port}, which the agent's AgentAPI needs`,
      'End that program, or set agentapi_port in the template, and restart the workspace.',
    ),
  ];
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: 'localhost', port, timeout: CONNECT_MS });
    const end = (taken: boolean) => {
      socket.destroy();
      resolve(taken);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}
