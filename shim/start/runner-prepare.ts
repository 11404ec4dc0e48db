import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { stopMark } from '../agent/claim.ts';
import { isLoggedIn, loginFile } from '../amp/login.ts';
import { runnerStateFile, servedIn, servingProcess, writeServed } from '../amp/runner-state.ts';
import type { ThreadId } from '../amp/thread-id.ts';
import type { RunnerConfig } from '../environment/runner.ts';
import { servable } from '../runner/decide.ts';
import { leaveToOriginal, putAside, recordServing } from '../runner/record.ts';
import { isSupervising, readSupervisor, reportsOf, UNTRIED, writeSupervisor } from '../runner/supervisor.ts';
import { noteKey } from '../store/keys.ts';
import { type SessionPaths, sessionPaths } from '../store/paths.ts';
import { readSession } from '../store/read.ts';
import { Store } from '../store/store.ts';
import { Deadline } from '../system/deadline.ts';
import { makePrivateFolder } from '../system/files.ts';
import { reasonOf, say } from '../system/report.ts';
import { waitFor } from '../system/wait.ts';
import { leaveCopiedThread } from './copied-home.ts';
import type { OnceRegistered, RunnerPlan } from './runner-plan.ts';
import { prepareOwnThread } from './runner-thread.ts';

const STORE_LOCK_MS = 2_000;
/** How long a workspace's first start waits for folders that threads belong to: a clone or a mount may be late. */
const FOLDERS_MS = 10_000;
/** How long to wait before looking again, in seconds. */
const NO_LOGIN_S = 60;
const OCCUPIED_S = 15;
const NO_THREAD_S = 3;
/** How many times the key's own thread is asked for before a runner that has no other starts without it. */
const MOST_RUNS_FOR_THREAD = 4;

/**
 * Gets everything ready for one run of Amp's runner. The same name, and every thread that it was asked to serve, are in
 * Amp's file when this returns (I13); whatever goes wrong, the runner starts.
 * @param prompt the initial prompt, as Terraform gave it.
 */
export async function prepareRunner(config: RunnerConfig, prompt: string): Promise<RunnerPlan> {
  const paths = sessionPaths(config.stateFolder, config.key);
  if (existsSync(stopMark(config.agentApiFolder))) return refuse('the workspace is being stopped');
  try {
    makePrivateFolder(paths.folder);
    const before = readSupervisor(paths);
    if (isSupervising(before) && before.pid !== config.runnerPid)
      return refuse(`process ${before.pid} runs the runner of '${config.key}' already`);
    const obstacle = obstacleFor(config);
    const { quickFailures, troubles } = (config.run === 1 ? null : before) ?? UNTRIED;
    const now = { ...troubles, obstacle: obstacle?.why ?? null };
    writeSupervisor(paths, config, { launched: obstacle === null, quickFailures, troubles: now });
    if (obstacle !== null) {
      if (troubles.obstacle !== obstacle.why) say(`${obstacle.why} ${obstacle.next}`);
      return obstacle.plan;
    }
    if (!config.persistence) return prepareUnrecorded(config, paths, prompt);
    if (config.run === 1) await waitForFolders(config, paths);
    return await prepareRecorded(config, paths, prompt, quickFailures === 0);
  } catch (error) {
    say(
      `The runner's start could not be recorded (${reasonOf(error)}). Nothing recorded before was changed.`,
    );
    return launch(config, paths, config.name, 'none');
  }
}

/** Notes why Amp gives no thread, or that it does; says what is wrong once for each change, not for each try. */
function noteThread(paths: SessionPaths, config: RunnerConfig, trouble: string | null): void {
  const { quickFailures, troubles } = readSupervisor(paths) ?? UNTRIED;
  if (troubles.thread === trouble) return;
  if (trouble !== null) say(`${trouble} It is asked again until it does.`);
  const now = { ...troubles, thread: trouble };
  writeSupervisor(paths, config, { launched: true, quickFailures, troubles: now });
}

function refuse(why: string): RunnerPlan {
  say(`The runner is not started: ${why}.`);
  return { kind: 'refuse' };
}

type Obstacle = { readonly why: string; readonly next: string; readonly plan: RunnerPlan };

/** What a runner can't be started over, by whatever number of tries. */
function obstacleFor({ folders, workdir, hasKey }: RunnerConfig): Obstacle | null {
  const process = servingProcess(folders, workdir);
  if (process !== null) {
    return {
      why: `Another Amp runner (process ${process}) serves ${workdir} already.`,
      next: 'The workspace has its own once that one has ended.',
      plan: { kind: 'wait', seconds: OCCUPIED_S, until: null },
    };
  }
  if (hasKey || isLoggedIn(folders)) return null;
  return {
    why: 'Nobody is logged in to Amp.',
    next: 'The runner starts once somebody is: set amp_api_key in the template, or run: amp login',
    plan: { kind: 'wait', seconds: NO_LOGIN_S, until: loginFile(folders) },
  };
}

/** With persistence off the runner has an ID of its own each time, and nothing that was served before is lost (I8). */
function prepareUnrecorded(config: RunnerConfig, paths: SessionPaths, prompt: string): RunnerPlan {
  putAside(config, paths.ampRunnerState);
  for (const path of [paths.ampRunnerUnrecorded, paths.ampRunnerPrinted]) rmSync(path, { force: true });
  if (prompt.trim() !== '') say('The prompt is not given: without persistence the runner has no thread yet.');
  return launch(config, paths, `${config.name.slice(0, 56)}-${randomBytes(3).toString('hex')}`, 'none');
}

async function waitForFolders({ directories }: RunnerConfig, paths: SessionPaths): Promise<void> {
  const served = readSession(paths).session.served.flatMap(({ folder }) => (folder === null ? [] : [folder]));
  await waitFor(() => [...served, ...directories].every((folder) => existsSync(folder)), FOLDERS_MS);
}

async function prepareRecorded(
  config: RunnerConfig,
  paths: SessionPaths,
  prompt: string,
  isNews: boolean,
): Promise<RunnerPlan> {
  const store = await Store.open(paths, new Deadline(STORE_LOCK_MS));
  if (store === null) throw new Error(`another process has ${paths.folder} locked`);
  try {
    noteKey(paths, config.key);
    for (const message of store.trouble) say(message);
    // With AgentAPI, the key's own thread is AgentAPI's: a thread has one Amp that runs its commands.
    const ownsThread = config.port === null;
    await leaveToOriginal(store, config, ownsThread);
    if (ownsThread) leaveCopiedThread(store, config.workspace);
    await recordServing(store, config);
    rmSync(paths.ampRunnerState, { force: true });
    for (const path of [paths.ampRunnerEvents, paths.ampRunnerPrinted]) rmSync(path, { force: true });
    // Before it gets a thread: a copy of this home is known by it.
    const { name, workspace, workdir } = config;
    const { runner } = store.session;
    if (runner?.name !== name || runner.workspace !== workspace || runner.workdir !== workdir)
      store.record({ event: 'runner', name, workspace, workdir });
    const onNone = (why: string) => noteThread(paths, config, `Amp gives no thread (${why}).`);
    const chosen = ownsThread ? await prepareOwnThread(store, config, prompt, onNone) : 'none';
    if (chosen !== null) noteThread(paths, config, null);
    // An Amp that gives no thread is usually offline, and so would the runner be. The rest is served without it.
    if (chosen === null && store.session.served.length === 0 && config.run < MOST_RUNS_FOR_THREAD)
      return { kind: 'wait', seconds: NO_THREAD_S, until: null };
    const served = serve(store, config, ownsThread);
    if (isNews) say(`Starting the runner '${config.name}' in ${config.workdir}, with ${served}.`);
    return launch(config, paths, name, chosen ?? 'none');
  } finally {
    try {
      store.close();
    } catch (error) {
      say(
        `${paths.snapshot} could not be written (${reasonOf(error)}). The history beside it has everything.`,
      );
    }
  }
}

/**
 * Puts what the runner is to serve into Amp's file, where that differs.
 * @returns how many threads those are, in words.
 */
function serve(store: Store, config: RunnerConfig, ownsThread: boolean): string {
  const { folders, workdir } = config;
  const own: ThreadId | null = ownsThread ? null : (store.session.active?.thread ?? null);
  const recorded = store.session.served.filter(({ thread }) => thread !== own);
  const { now, later } = servable(recorded, existsSync);
  for (const { thread, folder } of later)
    say(`${thread} is not served in this start: ${folder} is missing. It is once the folder is there again.`);
  const file = runnerStateFile(folders, workdir);
  const before = servedIn(file);
  const isNew = (one: (typeof now)[number]) =>
    before?.some(({ thread, folder }) => thread === one.thread && folder === one.folder) !== true;
  const back = now.filter(isNew);
  if (back.length > 0 || (before ?? []).length !== now.length) writeServed(file, config, now);
  return now.length === 1 ? 'one thread' : `${now.length} threads`;
}

function launch(config: RunnerConfig, paths: SessionPaths, name: string, then: OnceRegistered): RunnerPlan {
  const there = config.directories.filter((folder) => existsSync(folder));
  for (const folder of config.directories.filter((folder) => !there.includes(folder)))
    say(`${folder} (runner_directories) is missing, so it is not served in this start.`);
  const args = ['--runner-id', name, ...there.flatMap((folder) => ['--dir', folder])];
  const events = reportsOf(paths, config.persistence);
  for (const file of [events, paths.ampRunnerPrinted]) makeFile(file);
  return { kind: 'launch', then, events, printed: paths.ampRunnerPrinted, args };
}

/** Makes an empty file that only its owner reads; a volume that takes none is runner.sh's to report. */
function makeFile(path: string): void {
  try {
    writeFileSync(path, '', { flag: 'wx', mode: 0o600 });
  } catch {
    // It is there already, or can't be made.
  }
}
