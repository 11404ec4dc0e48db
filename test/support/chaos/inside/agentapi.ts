// A fast `agentapi server`: the files, signals and messages of AgentAPI 0.12.1 without its screen and pauses.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { parseSettings } from '../../agentapi/stand-in/flags.ts';
import { removePidFile, writePidFile } from '../../agentapi/stand-in/pid-file.ts';
import { Refusal } from '../../agentapi/stand-in/refusal.ts';
import { AgedChat } from './chat.ts';
import { serveHttp } from './http.ts';
import { REPORTS, report, Steps } from './steps.ts';

const steps = new Steps('agentapi');
const nothing = (): void => undefined;
/** The descriptor that AgentAPI passes on without knowing it, and those between it and the ones that it knows. */
const INHERITED = 9;
const closed = ['ignore', 'ignore', 'ignore', 'ignore'] as const;

async function serve(): Promise<number> {
  const settings = parseSettings(process.argv.slice(3), process.env);
  const prompt = (await text(process.stdin)).trim();
  steps.take('write the pid file', () => settings.pidFile !== '' && writePidFile(settings.pidFile));
  const { command, args } = settings;
  const { CHAOS_INHERITED: inherited, ...env } = process.env;
  const at = args.indexOf('continue');
  let thread = at < 0 ? null : (args[at + 1] ?? null);
  report({ at: 'up', pid: process.pid, thread, keepsChat: settings.saveState });
  // Node's own, since loading a library would be a good part of what a start costs. It only passes on the descriptors
  // listed here: for reports to the harness, for what a terminal would be to the agent, and what AgentAPI inherited.
  const agent = spawn(command, args, {
    env,
    stdio: ['ignore', 'pipe', 'pipe', REPORTS, 'pipe', ...(inherited ? [...closed, INHERITED] : [])],
  });
  const ended = once(agent, 'close');
  const keyboard = agent.stdio[4] as Writable;
  // It may have been killed by the time that something is typed.
  keyboard.on('error', nothing);
  const chat = new AgedChat(prompt === '' ? null : prompt, settings);
  // What is shown twice is no change.
  const newAnswer = (): string => `Answer ${chat.messages.length}`;

  let ready = false;
  let busy = true;
  const save = (): void =>
    steps.take('save', () => {
      if (chat.save()) report({ at: 'saved', users: chat.users, ready, thread });
    });
  process.on('SIGUSR1', save);
  let stopped = false;
  process.on('SIGTERM', () => {
    stopped = true;
    agent.kill('SIGKILL');
  });

  let taken: (line: string) => void = nothing;
  const type = async (message: string): Promise<void> => {
    const answer = new Promise<string>((resolve) => {
      taken = resolve;
    });
    keyboard.write(`${JSON.stringify(message)}\n`);
    thread = (await answer).split(' ')[1] ?? null;
    steps.take('the agent took a message', () => chat.took(message));
    steps.take('the agent answers', () => chat.shows(newAnswer()));
  };
  let first: (line: string) => void = nothing;
  const hasRead = new Promise<string>((resolve) => {
    first = resolve;
  });
  const converse = async (): Promise<void> => {
    ready = true;
    chat.shows('Welcome');
    steps.take('load the chat', () => report({ at: 'loaded', users: chat.load() ? chat.users : [], thread }));
    const queued = steps.take('queue the prompt', () => chat.queuePrompt());
    if (queued !== null) await type(queued);
    if (inherited) {
      thread = (await hasRead).split(' ')[1] ?? null;
      steps.take('the agent answers', () => chat.shows(newAnswer()));
    }
    const said = process.env['CHAOS_SAY'];
    if (said !== undefined) await type(said);
    busy = false;
    report({ at: 'rest', thread, posted: false });
  };
  serveHttp(settings.port, {
    isStable: () => !busy,
    type: async (message) => {
      busy = true;
      await type(message);
      busy = false;
      report({ at: 'rest', thread, posted: true });
    },
  });
  for (const input of [agent.stdout, agent.stderr]) {
    if (input === null) continue;
    createInterface({ input }).on('line', (line) => {
      if (line === '╭') void converse();
      else if (line.startsWith('took ')) taken(line);
      else if (line.startsWith('read ')) first(line);
      else chat.shows(line);
    });
  }

  const [exitCode] = await ended;
  save();
  steps.take('remove the pid file', () => settings.pidFile !== '' && removePidFile(settings.pidFile));
  report({ at: 'down', pid: process.pid, stopped });
  return stopped || exitCode === 0 ? 0 : 1;
}

serve().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Refusal ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
