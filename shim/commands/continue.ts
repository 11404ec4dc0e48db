import { existsSync } from 'node:fs';
import { liveAgent } from '../agent/live.ts';
import { openerOf } from '../agent/opener.ts';
import { decideWay } from '../agent/route.ts';
import type { CommandLine } from '../cli/parse.ts';
import { currentFolder } from '../environment/launcher.ts';
import { seeStartLog } from '../environment/logs.ts';
import type { Key } from '../key/key.ts';
import { calledBy } from '../key/reference.ts';
import { openElsewhere } from '../key/switch.ts';
import { becomeWriter, writesNow } from '../store/writer.ts';
import { EXIT, Refusal } from '../system/exit.ts';
import { inForeground } from '../system/foreground.ts';
import { say } from '../system/report.ts';

/**
 * Opens a thread in this terminal: through AgentAPI if the agent is in it, otherwise with Amp, in the
 * thread's own work folder.
 * @returns the exit code of the program that was run.
 */
export async function continueThread(key: Key, command: CommandLine): Promise<number> {
  const opener = openerOf(key.config);
  const [reference = null] = command.args;
  const force = command.flag('force');
  const isAgents = reference === null && existsSync(opener) && !force;
  const record = isAgents ? null : key.find(reference);
  if (process.stdin.isTTY !== true || process.stdout.isTTY !== true) {
    throw new Refusal(EXIT.usage, "'continue' needs a terminal. Without one, use 'amp-session send'.");
  }
  // Without AgentAPI, this is how the agent itself is started, or joined.
  if (record === null) return open([opener], currentFolder());
  const way = decideWay(record.thread, liveAgent(key.paths, key.read()));
  if (way.by === 'terminal' && !force) return open([opener], currentFolder());
  if (way.by === 'agentapi' && !force) {
    return open(['agentapi', 'attach', '--url', way.url], currentFolder());
  }
  if (way.by === 'waiting' && !force) {
    throw new Refusal(
      EXIT.busy,
      `The agent is still starting in ${record.thread}. Try again in a moment, or ${seeStartLog(key.config)}.`,
    );
  }
  const writer = await becomeWriter(key.paths, record.thread, 0);
  if (writer === null && !force) throw new Refusal(EXIT.busy, openElsewhere(record.thread));
  try {
    // An agent may have been started in it, or another command have forgotten it, since.
    if (!force && decideWay(record.thread, liveAgent(key.paths, key.read())).by !== 'amp') {
      throw new Refusal(EXIT.busy, `The agent was started in ${record.thread} just now. Try again.`);
    }
    key.find(record.thread);
    const { workdir, options } = key.amp(record.workdir);
    if (workdir !== record.workdir) {
      say(
        `The work folder of ${calledBy(record)} no longer exists (${record.workdir}). Opening it in the current folder.`,
      );
    }
    const words = [...key.firewall, 'amp', ...options, 'threads', 'continue', record.thread];
    writer?.check();
    return await open(words, workdir, (pid) => writesNow(writer, pid));
  } finally {
    writer?.release();
  }
}

async function open(
  [program = '', ...args]: readonly string[],
  folder: string,
  onStart: (pid: number) => void = () => undefined,
): Promise<number> {
  const status = await inForeground(program, args, folder, onStart);
  if (status === null)
    throw new Refusal(EXIT.unavailable, `${program} is not on the PATH. See 'amp-session doctor'.`);
  return status;
}
