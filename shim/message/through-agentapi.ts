import { WHERE_TO_ANSWER } from '../agent/question.ts';
import { dialogOn } from '../agentapi/dialog.ts';
import { AgentApi, type ChatMessage } from '../agentapi/http.ts';
import { withoutBox } from '../agentapi/input-box.ts';
import { whyNotTyped } from '../agentapi/typed.ts';
import { obstacles, typeMessage } from '../agentapi/typing.ts';
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
/** How long somebody may take to finish a line in the agent's input box, in milliseconds. */
const OCCUPIED_MS = 20_000;
/** How long a question of Amp's may stand there before nobody seems to be in front of it, in milliseconds. */
const QUESTION_MS = 10_000;
/** How long Amp may try to get a connection, in milliseconds: several of its tries. */
const CONNECTING_MS = 60_000;

/** @throws Refusal for a message that would be changed on its way to the running agent. */
export function checkTypable(text: string): void {
  const lost = whyNotTyped(text);
  if (lost === null) return;
  throw new Refusal(
    EXIT.usage,
    `The message contains ${lost}, which is lost when it is typed into the running agent. Nothing was sent; remove it, or send the message while no agent is running in this thread.`,
  );
}

/**
 * Sends a message to the running agent and waits for its answer.
 * @param url where AgentAPI answers.
 * @param mayType looks once more, right before the message is typed, and throws where it must not be.
 * @param patience how long, in milliseconds, an idle agent may stay silent, and somebody else's text or a question of
 * Amp's may stay on its screen, or Amp may be without a connection, before this fails.
 * @returns what the agent has said since.
 * @throws Refusal when nothing can be typed now; when AgentAPI does not answer, and the message may have been typed then; or when the agent has nothing to say.
 */
export async function askAgent(
  url: string,
  text: string,
  mayType: () => void = () => undefined,
  {
    silentMs = SILENT_MS,
    occupiedMs = OCCUPIED_MS,
    questionMs = QUESTION_MS,
    connectingMs = CONNECTING_MS,
  } = {},
): Promise<string> {
  const agent = new AgentApi(url);
  // AgentAPI takes a message only while its agent waits for one.
  // Its pid file is there before it listens.
  await waitFor(() => agent.answers(), COMING_UP_MS);
  let before = 0;
  // A starting agent is idle now and then: it may have become busy between the check and the message.
  const typing = await typeMessage(agent, text, {
    isReady: () => agent.isStable(),
    patienceMs: occupiedMs,
    questionMs,
    connectingMs,
    before: async () => {
      before = (await agent.messages()).length;
      mayType();
    },
  });
  if (typing === 'occupied') {
    throw new Refusal(
      EXIT.busy,
      "Somebody has typed something into the agent's input box and not sent it. Nothing was sent, because it would have become part of your message; send or delete that first ('amp-session continue').",
    );
  }
  if (typing === 'asking') throw await waitsForPerson(agent, 'Nothing was sent');
  if (typing === 'connecting') {
    throw new Refusal(
      EXIT.unavailable,
      "The agent has no websocket to Amp's servers, so it gets no messages. Nothing was sent; 'amp-session doctor' says more.",
    );
  }
  if (typing === 'stuck') {
    throw new Refusal(
      EXIT.unavailable,
      "Amp didn't take the message: it still stands in the agent's input box. Send or delete it there ('amp-session continue') before you send anything else.",
    );
  }
  let answer = '';
  let silence = new Deadline(silentMs);
  const obstacleOn = obstacles({ questionMs, connectingMs });
  let obstacle: ReturnType<typeof obstacleOn> = null;
  await waitFor(async () => {
    const stable = await agent.isStable();
    const now = answerIn(await agent.messages(), before);
    const done = stable && now !== '' && now === answer;
    if (!stable || now !== '') silence = new Deadline(silentMs);
    answer = now;
    obstacle = done ? null : obstacleOn((await agent.screen()) ?? '');
    return done || obstacle !== null || silence.passed;
  }, Number.POSITIVE_INFINITY);
  const taken = "Your message was taken, and its answer will be in the agent's chat";
  if (obstacle === 'asking') throw await waitsForPerson(agent, taken);
  if (obstacle === 'connecting')
    throw new Refusal(
      EXIT.unavailable,
      `The agent has lost its websocket to Amp's servers. ${taken} once it has one again; 'amp-session doctor' says more.`,
    );
  if (answer === '') {
    throw new Refusal(
      EXIT.unavailable,
      `The agent took the message and has been idle for ${Math.round(silentMs / 1_000)} s without an answer. Check its chat before you send it again.`,
    );
  }
  return answer;
}

async function waitsForPerson(agent: AgentApi, what: string): Promise<Refusal> {
  const title = dialogOn((await agent.screen()) ?? '') ?? 'its question';
  return new Refusal(EXIT.question, `The agent waits for a person: ${title}. ${what}. ${WHERE_TO_ANSWER}`);
}

/** What the agent said after the user's message that came as number `before` or later. */
function answerIn(messages: readonly ChatMessage[], before: number): string {
  const since = messages.slice(before);
  const mine = since.findIndex(({ role }) => role === 'user');
  return since
    .slice(mine + 1)
    .filter(({ role }) => role === 'agent')
    .map(({ content }) => withoutBox(content).trim())
    .join('\n')
    .trim();
}
