#!/usr/bin/env node
// An AgentAPI that only answers /status, to observe what its module does with it. Signals go to a log in the
// home.
import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import process from 'node:process';

const { AGENTAPI_PID_FILE, FAKE_AGENTAPI_VERSION, HOME } = process.env;

if (process.argv[2] === '--version') {
  console.log(`agentapi version ${FAKE_AGENTAPI_VERSION}`);
} else {
  const log = (line) => appendFileSync(`${HOME}/signals`, `${line}\n`);
  process.on('SIGUSR1', () => log('SIGUSR1'));
  process.on('SIGTERM', () => {
    log('SIGTERM');
    rmSync(AGENTAPI_PID_FILE);
    process.exit();
  });
  writeFileSync(AGENTAPI_PID_FILE, String(process.pid));
  createServer((request, response) => response.writeHead(request.url === '/status' ? 200 : 404).end()).listen(
    Number(process.argv[2]),
    '127.0.0.1',
  );
}
