import { AgentApi, type ChatMessage } from '../agentapi/http.ts';
import { typedPrompt } from '../agentapi/typed.ts';
import { waitFor } from '../system/wait.ts';

const COMING_UP_MS = 30_000;

/**
 * Says something to the running agent and waits for its answer.
 * @param url where AgentAPI answers.
 * @returns what the agent has said since.
 * @throws Refusal when AgentAPI does not answer; the message may have been typed then.
 */
export async function askAgent(url: string, text: string): Promise<string> {
  const agent = new AgentApi(url);
  // AgentAPI takes a message only while its agent waits for one.
  // Its pid file is there before it listens.
  await waitFor(() => agent.answers(), COMING_UP_MS);
  let before = 0;
  // An agent that comes up rests for a moment now and then: between the look and the message it may have gone on.
  await waitFor(async () => {
    if (!(await agent.isStable())) return false;
    before = (await agent.messages()).length;
    return agent.post(typedPrompt(text));
  }, Number.POSITIVE_INFINITY);
  let answer = '';
  await waitFor(async () => {
    const stable = await agent.isStable();
    const now = answerIn(await agent.messages(), before);
    const done = stable && now !== '' && now === answer;
    answer = now;
    return done;
  }, Number.POSITIVE_INFINITY);
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
