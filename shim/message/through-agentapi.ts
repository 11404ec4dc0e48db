import { AgentApi, type ChatMessage } from '../agentapi/http.ts';
import { typedPrompt } from '../agentapi/typed.ts';
import { Deadline } from '../system/deadline.ts';
import { EXIT, Refusal } from '../system/exit.ts';
import { waitFor } from '../system/wait.ts';

const COMING_UP_MS = 30_000;

/**
 * An agent that stays idle this long after a message without answering never will: it moved on to something
 * else, or AgentAPI lost its answer. Amp draws a spinner while it works, and AgentAPI calls it stable 2 s
 * after the last change of its screen.
 */
const SILENT_MS = 60_000;

/**
 * Sends a message to the running agent and waits for its answer.
 * @param url where AgentAPI answers.
 * @param mayType looks once more, right before the message is typed, and throws where it must not be.
 * @param silentMs how long an idle agent may stay silent before this fails.
 * @returns what the agent has said since.
 * @throws Refusal when AgentAPI does not answer, and the message may have been typed then; or when the agent
 * has nothing to say.
 */
export async function askAgent(
  url: string,
  text: string,
  mayType: () => void = () => undefined,
  silentMs = SILENT_MS,
): Promise<string> {
  const agent = new AgentApi(url);
  // AgentAPI takes a message only while its agent waits for one.
  // Its pid file is there before it listens.
  await waitFor(() => agent.answers(), COMING_UP_MS);
  let before = 0;
  // A starting agent is idle now and then: it may have become busy between the check and the message.
  await waitFor(async () => {
    if (!(await agent.isStable())) return false;
    before = (await agent.messages()).length;
    mayType();
    return agent.post(typedPrompt(text));
  }, Number.POSITIVE_INFINITY);
  let answer = '';
  let silence = new Deadline(silentMs);
  await waitFor(async () => {
    const stable = await agent.isStable();
    const now = answerIn(await agent.messages(), before);
    const done = stable && now !== '' && now === answer;
    if (!stable || now !== '') silence = new Deadline(silentMs);
    answer = now;
    return done || silence.passed;
  }, Number.POSITIVE_INFINITY);
  if (answer === '') {
    throw new Refusal(
      EXIT.unavailable,
      `The agent took the message and has been idle for ${Math.round(silentMs / 1_000)} s without an answer. Check its chat before you send it again.`,
    );
  }
  return answer;
}

/** What the agent said after the user's message that came as number `before` or later. */
function answerIn(messages: readonly ChatMessage[], before: number): string {
  const since = messages.slice(before);
  const mine = since.findIndex(({ role }) => role === 'user');
  return since
    .slice(mine + 1)
    .filter(({ role }) => role === 'agent')
    .map(({ content }) => content.trim())
    .join('\n')
    .trim();
}
