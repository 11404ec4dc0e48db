import { Deadline } from '../system/deadline.ts';
import { waitFor } from '../system/wait.ts';
import { dialogOn } from './dialog.ts';
import type { AgentApi } from './http.ts';
import { isConnecting, textInBox } from './input-box.ts';
import { keysFor } from './typed.ts';

/**
 * How typing a message ended: Amp took it; the launch was over; somebody else's text stayed in the input box, so
 * nothing was typed; a question of Amp's stands there, or Amp has no connection, so nothing was typed; or the message stayed there, so Amp doesn't
 * have it.
 */
export type Typing = 'taken' | 'over' | 'occupied' | 'asking' | 'connecting' | 'stuck';

/** How to go about it. */
export type TypingOptions = {
  /** Whether the agent waits for a message. */
  readonly isReady: () => Promise<boolean>;
  /** How long somebody else's text may stay in the input box, in milliseconds. */
  readonly patienceMs: number;
  /** How long a question of Amp's may wait for a person, in milliseconds; for ever unless given. */
  readonly questionMs?: number;
  /** How long Amp may be without a connection, in milliseconds; for ever unless given. */
  readonly connectingMs?: number;
  /** Told of such a question each time it is seen, by its title. */
  readonly onQuestion?: (title: string) => void;
  /** Whether to stop early. */
  readonly isOver?: () => boolean;
  /** Called right before the message is typed, maybe more than once: AgentAPI may say that the agent is busy. */
  readonly before?: () => Promise<void>;
};

/** How long the input box may show a message that AgentAPI has sent off, in milliseconds: a redraw, no more. */
const TAKEN_MS = 10_000;

/** Tells whether a question of Amp's has stood on the agent's screen for so long that nobody seems to be there. */
export function questionFor(agent: AgentApi, milliseconds: number): () => Promise<boolean> {
  return shownFor(agent, milliseconds, (screen) => dialogOn(screen) !== null);
}

function shownFor(
  agent: AgentApi,
  milliseconds: number | undefined,
  isShown: (screen: string) => boolean,
): () => Promise<boolean> {
  let since: Deadline | null = null;
  return async () => {
    if (milliseconds === undefined) return false;
    since = isShown((await agent.screen()) ?? '') ? (since ?? new Deadline(milliseconds)) : null;
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
  const { isReady, patienceMs, questionMs, connectingMs, onQuestion, isOver = () => false } = options;
  const isEmpty = async () => textInBox((await agent.screen()) ?? '') === '';
  const isAsking = shownFor(agent, questionMs, (screen) => dialogOn(screen) !== null);
  const isUnconnected = shownFor(agent, connectingMs, isConnecting);
  let asking = false;
  let connecting = false;
  let occupied: Deadline | null = null;
  let typed = false;
  await waitFor(async () => {
    if (isOver()) return true;
    asking = await isAsking();
    connecting = await isUnconnected();
    if (asking || connecting || !(await isReady())) return asking || connecting;
    const screen = (await agent.screen()) ?? '';
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
  if (asking) return 'asking';
  if (connecting) return 'connecting';
  if (!typed) return occupied === null ? 'over' : 'occupied';
  return (await waitFor(async () => isOver() || (await isEmpty()), TAKEN_MS)) ? 'taken' : 'stuck';
}
