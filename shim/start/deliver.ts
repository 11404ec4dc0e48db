import { WHERE_TO_ANSWER } from '../agent/question.ts';
import { waitForOpenThread } from '../agent/thread-open.ts';
import { AgentApi } from '../agentapi/http.ts';
import { whyNotTyped } from '../agentapi/typed.ts';
import { typeMessage } from '../agentapi/typing.ts';
import type { StartConfig } from '../environment/start.ts';
import { launchOf } from '../store/launch.ts';
import { sessionPaths } from '../store/paths.ts';
import { readSession } from '../store/read.ts';
import { isRunnerAlive } from '../store/runner.ts';
import { say } from '../system/report.ts';
import { explained, waitFor } from '../system/wait.ts';
import { askOn, decideDelivery } from './ask-on.ts';
import { LONGEST_LOOK_MS, tellInterrupted } from './interrupted.ts';

const NOT_READY =
  "The prompt waits until the agent is ready: AgentAPI doesn't answer yet, or its agent is at work or can't connect. Besides HTTP, Amp needs websockets (wss) to its servers; its screen shows what it does (amp-session continue).";

const STUCK =
  "Amp didn't take the prompt: it still stands in its input box. The next start looks for it in the thread.";

/**
 * Types the prompt of a launch into the running agent once Amp has opened its thread. AgentAPI, given the
 * prompt at its start, would type it as soon as the screen has been still for 2 s, which a blank screen is too;
 * that is too early for Amp (docs/architecture.md, "The prompt").
 *
 * Ends without having typed anything when the start script is gone.
 * @param prompt as the launch recorded it; it is not recorded again. One that the launch could not decide about is
 * decided about first (`askOn`). The text for a turn that was cut off is another matter (`tellInterrupted`).
 * @throws Refusal when AgentAPI refuses the prompt; the next start looks for it in the thread.
 */
export async function deliver(config: StartConfig, prompt: string): Promise<void> {
  const paths = sessionPaths(config.stateFolder, config.key);
  const { session } = readSession(paths);
  const { launched } = session;
  const agent = new AgentApi(`http://localhost:${config.port}`);
  const isOver = () => !isRunnerAlive(paths.runner, config.runnerPid);

  const untilOpen = async (milliseconds: number) => {
    await waitFor(async () => isOver() || (await agent.isReady()), milliseconds);
    await waitForOpenThread(config.folders, launched, launchOf(paths, launched?.at ?? ''), isOver);
  };

  const delivery = decideDelivery(session, prompt);
  // What an earlier start has typed says nothing about this one.
  if (delivery.do !== 'type' && prompt === config.onInterruptedTurn) {
    await untilOpen(LONGEST_LOOK_MS);
    const beside = { config, paths, launched, agent, isOver };
    if ((await tellInterrupted(beside, prompt)) === 'stuck') say(STUCK);
    return;
  }
  if (delivery.do === 'nothing') return;
  if (delivery.do === 'ask on' && !(await askOn(config, paths, prompt, delivery.thread, isOver))) return;
  if (whyNotTyped(prompt) !== null) {
    say("The prompt has characters that can't be typed. The next start gives it to Amp itself.");
    return;
  }
  let asked = '';
  const onQuestion = (title: string) => {
    if (title !== asked) say(`Amp asks a person: ${title}. The prompt waits for that. ${WHERE_TO_ANSWER}`);
    asked = title;
  };
  // AgentAPI calls a screen that is still blank ready, so the wait may as well come after that.
  const typing = await explained(
    () => (asked === '' ? NOT_READY : null),
    async () => {
      await untilOpen(Number.POSITIVE_INFINITY);
      const isReady = () => agent.isReady();
      return typeMessage(agent, prompt, {
        isReady,
        patienceMs: Number.POSITIVE_INFINITY,
        onQuestion,
        isOver,
      });
    },
  );
  if (typing === 'stuck') say(STUCK);
}
