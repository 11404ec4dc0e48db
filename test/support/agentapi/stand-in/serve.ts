import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import type { Server } from 'node:http';
import { delimiter, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { trimmed } from './agent-text.ts';
import { Conversation } from './conversation.ts';
import type { Settings } from './flags.ts';
import { createApi } from './http.ts';
import { log } from './log.ts';
import { looksLate, type Pauses, readPauses } from './pauses.ts';
import { removePidFile, writePidFile } from './pid-file.ts';
import { Refusal } from './refusal.ts';
import { Terminal } from './terminal.ts';

/**
 * Runs the agent and serves it until the agent or a signal ends it. Source: runServer in cmd/server/server.go
 * of coder/agentapi v0.12.1.
 * @returns the exit status, 0.
 * @throws Refusal if it can't start, or if the agent ended with a status other than 0.
 */
export async function serve(settings: Settings): Promise<number> {
  const prompt = settings.initialPrompt || (process.stdin.isTTY ? '' : await text(process.stdin));
  if (settings.pidFile !== '') writePidFile(settings.pidFile);
  requireCommand(settings.command);
  try {
    return await run(settings, prompt === '' ? null : trimmed(prompt));
  } finally {
    if (settings.pidFile !== '') removePidFile(settings.pidFile);
  }
}

/** If the agent's program doesn't exist, the pid file stays, because AgentAPI exits immediately. */
function requireCommand(command: string): void {
  const folders = command.includes('/') ? [''] : (process.env['PATH'] ?? '').split(delimiter);
  const isThere = folders.some((folder) => {
    try {
      accessSync(resolve(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (!isThere)
    throw new Refusal(`Error starting process: exec: "${command}": executable file not found in $PATH`);
}

async function run(settings: Settings, prompt: string | null): Promise<number> {
  const pauses = readPauses(process.env);
  const terminal = new Terminal(settings.command, settings.args, settings);
  // AgentAPI does this for Amp, to stop its animation.
  terminal.write(' \b');
  const chat = new Conversation(terminal, prompt, settings, pauses);
  if (looksLate(process.env)) void terminal.written.then(() => chat.start());
  else chat.start();
  const api = createApi(chat, terminal, settings.allowedHosts);
  const signalled = handleSignals(chat);
  await listen(api, settings.port);

  const code = await Promise.race([terminal.exited, signalled]);
  chat.save();
  await stop(api, pauses);
  if (code === null) await terminal.close(pauses.grace);
  if (code !== null && code !== 0) {
    const screen = (await terminal.read()).trim();
    throw new Refusal('agent exited with error', `========\n${screen}\n========`, 'non-zero exit code');
  }
  return 0;
}

/** Resolves with null at the first terminating signal; a second one kills, as with AgentAPI. */
function handleSignals(chat: Conversation): Promise<null> {
  const save = (): void => chat.save();
  process.on('SIGUSR1', save);
  return new Promise((done) => {
    const end = (signal: NodeJS.Signals): void => {
      log('INFO', 'Received shutdown signal', { signal });
      for (const name of ENDING) process.removeListener(name, end);
      process.removeListener('SIGUSR1', save);
      done(null);
    };
    for (const name of ENDING) process.on(name, end);
  });
}
const ENDING = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

async function listen(api: Server, port: number): Promise<void> {
  api.listen(port, '127.0.0.1');
  try {
    await once(api, 'listening');
  } catch (error) {
    throw new Refusal('failed to start server', (error as Error).message);
  }
}

async function stop(api: Server, { grace }: Pauses): Promise<void> {
  const closed = once(api, 'close');
  api.close();
  await Promise.race([closed, sleep(grace, undefined, { ref: false })]);
}
