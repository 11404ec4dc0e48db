/** The promises that are checked; docs/reliability.md has them in full. */
export type Check =
  | 'no thread is lost'
  | 'the active thread changes for a reason'
  | 'a prompt arrives once'
  | 'a prompt arrives'
  | 'one AgentAPI'
  | 'the record is readable'
  | 'off changes nothing'
  | 'the chat follows the thread'
  | 'no saved chat is lost'
  | 'the agent is followed'
  | 'it is the same runner'
  | 'it serves what it was asked to'
  | 'what a person ended stays ended'
  | 'at rest';

export type Violation = { readonly check: Check; readonly detail: string };
