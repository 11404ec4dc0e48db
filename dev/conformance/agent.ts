import { execa } from 'execa';
import { ampFolders } from '../../shim/amp/folders.ts';
import { keepsTerminalRecords, terminalRecord } from '../../shim/amp/terminal-record.ts';
import { type AgentapiClient, ApiError, agentapiClient } from '../../test/support/agentapi/client.ts';
import { type AmpServer, textOf } from '../../test/support/amp/server.ts';
import { freePort } from '../../test/support/ports.ts';
import { waitUntil } from '../../test/support/wait.ts';
import type { Machine, Start, Surroundings } from './machine.ts';

/** What became of a message: the thread that it reached, and how many times it had to be sent. */
export type Talk = { readonly thread: string; readonly sent: number };

/**
 * Starts the agent under AgentAPI according to the plan, as scripts/start.sh does, and sends it a message. If
 * that gets lost, as the first one to 0.0.1767830505 under AgentAPI 0.12.1 does, sends it once more.
 * @throws if the second one doesn't arrive either, or the agent ends.
 */
export async function talkUnderAgentapi(
  machine: Machine,
  { plan }: Start,
  at: Surroundings,
  account: AmpServer,
): Promise<Talk> {
  const port = await freePort();
  const [terminal = '', ...words] = plan.slice(2, -1);
  const identity = terminal.replace(/^terminal=/, '');
  const options = ['--type', 'amp', '--port', String(port), '--term-width', '67', '--term-height', '1190'];
  const server = execa('agentapi', ['server', ...options, '--', 'amp', ...words], {
    cwd: machine.workdir,
    env: { ...machine.environment(at), TERM_SESSION_ID: identity },
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
  });
  const client = agentapiClient(port);
  try {
    await client.waitUntilAnswers();
    const folders = ampFolders(machine.home);
    if (keepsTerminalRecords(folders)) {
      await waitUntil("Amp's record", async () => {
        const seen = terminalRecord(folders, machine.workdir, identity);
        return { done: seen !== null, seen };
      });
    }
    await send(client, 'first message');
    const first = await arrival(client, account, 'first message').catch(() => null);
    if (first !== null) return { thread: first, sent: 1 };
    await send(client, 'second message');
    return { thread: await arrival(client, account, 'second message'), sent: 2 };
  } finally {
    server.kill('SIGTERM');
    await server;
  }
}

/** While a version is still drawing, 'stable' comes and goes: retries until the message is accepted. */
async function send(client: AgentapiClient, message: string): Promise<void> {
  await waitUntil("AgentAPI's agent", async () => {
    await client.waitForStatus('stable');
    const seen = await screenOf(client);
    if (/Loading Thread|Connecting/.test(seen)) return { done: false, seen };
    return client.send(message).then(
      () => ({ done: true, seen }),
      (error: unknown) => {
        if (error instanceof ApiError) return { done: false, seen: error.message };
        throw error;
      },
    );
  });
}

/** Waits for a message at Amp. @returns the thread that has it. */
async function arrival(client: AgentapiClient, account: AmpServer, message: string): Promise<string> {
  return waitUntil("Amp's threads", async () => {
    const found = [...account.threads.values()].find(({ messages }) =>
      messages.some((one) => textOf(one) === message),
    );
    // The screen, to find out why the message got lost.
    return { done: found !== undefined, seen: found?.id ?? (await screenOf(client)) };
  });
}

async function screenOf(client: AgentapiClient): Promise<string> {
  return (await client.messages()).at(-1)?.content ?? '';
}
