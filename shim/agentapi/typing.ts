import { Deadline } from '../system/deadline.ts';
import { waitFor } from '../system/wait.ts';
import { dialogOn } from './dialog.ts';
import type { AgentApi } from './http.ts';
import { isConnecting, textInBox } from './input-box.ts';
import { keysFor } from './typed.ts';

/**
 * How typing a message ended: Amp took it; the launch was over; nothing was typed, since somebody else's text stayed in
 * the input box, a question of Amp's stands there, or Amp has no connection; or the message stayed there, so Amp doesn't
 * have it.
 */
export type Typing = 'taken' | 'over' | 'occupied' | 'asking' | 'connecting' | 'stuck';

/** How long what keeps an agent from its work may last, in milliseconds; for ever unless given. */
export type Limits = {
  /** A question of Amp's that waits for a person. */
  readonly questionMs?: number;
  /** Amp without a connection. */
  readonly connectingMs?: number;
};

/** How to go about it. */
export type TypingOptions = Limits & {
  /** Whether the agent waits for a message. */
  readonly isReady: () => Promise<boolean>;
  /** How long somebody else's text may stay in the input box, in milliseconds. */
  readonly patienceMs: number;
  /** Told of such a question each time it is seen, by its title. */
  readonly onQuestion?: (title: string) => void;
  /** Whether to stop early. */
  readonly isOver?: () => boolean;
  /** Called right before the message is typed, maybe more than once: AgentAPI may say that the agent is busy. */
  readonly before?: () => Promise<void>;
};

/** How long the input box may show a message that AgentAPI has sent off, in milliseconds: a redraw, no more. */
const TAKEN_MS = 10_000;

/** Tells, at each look at the agent's screen, what has kept it from its work for too long; null for nothing. */
export function obstacles({
  questionMs,
  connectingMs,
}: Limits): (screen: string) => 'asking' | 'connecting' | null {
  const isAsking = lasting(questionMs, (screen) => dialogOn(screen) !== null);
  const isCutOff = lasting(connectingMs, isConnecting);
  return (screen) => {
    const [asking, connecting] = [isAsking(screen), isCutOff(screen)];
    return asking ? 'asking' : connecting ? 'connecting' : null;
  };
}

function lasting(
  milliseconds = Number.POSITIVE_INFINITY,
  isShown: (screen: string) => boolean,
): (screen: string) => boolean {
  let since: Deadline | null = null;
  return (screen) => {
    since = isShown(screen) ? (since ?? new Deadline(milliseconds)) : null;
    return since?.passed ?? false;
  };
}

/**
 * Has AgentAPI type a message once the agent waits for one and its input box is empty: what is in the box would
 * stand in front of it.
 * @param text one that can be typed (`whyNotTyped`).
 * @throws Refusal when AgentAPI fails; the message may have been typed then.
 */
export async function typeMessage(agent: AgentApi, text: string, options: TypingOptions): Promise<Typing> {
  const { isReady, patienceMs, onQuestion, isOver = () => false } = options;
  const isEmpty = async () => textInBox((await agent.screen()) ?? '') === '';
  const obstacleOn = obstacles(options);
  let obstacle: ReturnType<typeof obstacleOn> = null;
  let occupied: Deadline | null = null;
  let typed = false;
  await waitFor(async () => {
    if (isOver()) return true;
    const ready = await isReady();
    const screen = (await agent.screen()) ?? '';
    obstacle = obstacleOn(screen);
    if (obstacle !== null || !ready) return obstacle !== null;
    // Its keys would answer the question: AgentAPI ends a message with Enter.
    const question = dialogOn(screen);
    if (question !== null) {
      onQuestion?.(question);
      return false;
    }
    if (textInBox(screen) !== '') {
      occupied ??= new Deadline(patienceMs);
      return occupied.passed;
    }
    occupied = null;
    await options.before?.();
    typed = await agent.post(keysFor(text));
    return typed;
  }, Number.POSITIVE_INFINITY);
  if (obstacle !== null) return obstacle;
  if (!typed) return occupied === null ? 'over' : 'occupied';
  return (await waitFor(async () => isOver() || (await isEmpty()), TAKEN_MS)) ? 'taken' : 'stuck';
}
