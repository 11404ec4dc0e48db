import { statSync } from 'node:fs';
import { messagesOfUser } from '../agentapi/state-file.ts';
import { openedSinceLaunch } from '../prompt/elsewhere.ts';
import { isPrompt } from '../prompt/evidence.ts';
import { type Places, readState } from '../prompt/find.ts';
import { promptSha256 } from '../prompt/identity.ts';
import { withOwners } from '../store/keys.ts';
import { CHAT, type Launch, launchOf } from '../store/launch.ts';
import { type Session, threadIn } from '../store/session.ts';
import type { Store } from '../store/store.ts';
import { decideMove } from './decide-move.ts';
import { recordMove } from './follow.ts';

/** The last thing that the agent was given: whether a message is it, and when it was given. */
type LastGiven = { readonly is: (message: string) => boolean; readonly at: number };

/**
 * Follows the agent to the thread that has the last message it was given, where that is not the one it is
 * believed to be in. A message that is typed while the thread is still opening goes to a new one, and Amp
 * comes back from there when the thread has opened; and older Amps (until 2026-09) have no record of the
 * agent's terminal at all. It asks Amp only where some other thread was opened in this home since the launch,
 * and where Amp can't be asked, nothing changes.
 * @param prompt the prompt of this start, which may be the one that the agent was given.
 */
export async function followMessages(store: Store, prompt: string, search: Places): Promise<void> {
  const { launched } = store.session;
  if (launched === null || launched.now === null || search.unrecorded) return;
  const launch = launchOf(store.paths, launched.at);
  const last = lastGiven(store.session, prompt, search.stateFile, launch);
  if (last === null) return;
  const { asked, folders } = search;
  const others = openedSinceLaunch(store.paths, folders, launched.at, launched.now);
  if (others.length === 0 || (await asked.has(launched.now, last.is)) !== 'no') return;
  const thread = await asked.firstWith(others, last.is);
  if (thread === null || thread === 'unanswered') return;
  const evidence = "a message that the agent was given, in this thread's own messages";
  await withOwners(store.paths, (owners) => {
    const event = decideMove(store.session, { thread, at: last.at }, owners.of(thread), evidence);
    if (event !== null) recordMove(store, event);
  });
}

function lastGiven(
  session: Session,
  prompt: string,
  stateFile: string | null,
  launch: Launch,
): LastGiven | null {
  const { launched } = session;
  if (launched === null || launched.now === null) return null;
  const at = Date.parse(launched.at);
  const said = stateFile === null ? null : lastSaid(stateFile, launch, at);
  if (said !== null) {
    const sha256 = promptSha256(said.message);
    return { is: (message) => isPrompt(message, sha256, said.message), at: Math.max(said.at, at) };
  }
  const handed = threadIn(session, launched.now)?.prompts.findLast(
    // Where it was read from standard input says nothing of where the agent went later.
    (each) => each.state === 'handed' && each.handed === launched.at && each.onStdin !== true,
  );
  return handed === undefined ? null : { is: (message) => isPrompt(message, handed.sha256, prompt), at };
}

/** What the user said last in a chat that was saved since the launch. */
function lastSaid(
  stateFile: string,
  { wrote, said }: Launch,
  launched: number,
): { message: string; at: number } | null {
  const file = statSync(stateFile, { throwIfNoEntry: false });
  if (file === undefined || !wrote(CHAT, file.mtimeMs)) return null;
  const last = messagesOfUser(readState(stateFile)).at(-1);
  if (last === undefined || last.time === said) return null;
  const at = Date.parse(last.time ?? '');
  return said === undefined && !(at >= launched) ? null : { message: last.message, at: at || launched };
}
