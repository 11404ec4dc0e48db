// A thread as amp-session prints it, and what other shapes are made of.
import * as z from 'zod';

export const threadId = z
  .string()
  .regex(/^T-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  .describe("a thread's ID");
export const time = z.iso.datetime().describe('ISO 8601 in UTC');
export const count = z.int().nonnegative();
export const key = z.string().min(1).describe('the session key');

export const view = {
  thread: threadId,
  url: z.url().describe('its web page at Amp'),
  name: z.string().nullable().describe('its name in this workspace'),
  title: z.string().nullable().describe('the title that Amp gave it, as last seen; null while none is known'),
  origin: z
    .enum(['new', 'forked', 'recovered', 'captured', 'adopted', 'moved', 'served'])
    .describe(
      "new: asked for by this workspace; forked: the same, as the child of another; recovered: asked for, and found after a crash; captured: opened by the agent itself; adopted: made elsewhere; moved: found when the agent moved to it; served: begun elsewhere for this workspace's runner",
    ),
  parent: threadId
    .nullable()
    .describe('the thread it is a fork of, or that the agent was in before it moved to this one'),
  workdir: z.string().describe('where its work is: the folder of its last launch'),
  created: time,
  lastUsed: time.describe('when it was last created, chosen, started or sent to'),
  lastStart: time.nullable().describe('when the agent was last started in it'),
  starts: count.describe('how often the agent was started in it'),
  sends: count.describe("how many messages 'send' has sent to it"),
  active: z.boolean().describe("whether it is the key's thread: the agent's, now or at the next start"),
  since: time.nullable().describe('when it became that, the last time; null where it never was'),
  reason: z.string().nullable().describe('why it did'),
  ended: z
    .strictObject({ at: time, reason: z.string() })
    .nullable()
    .describe('when and why another thread took its place; null where none has'),
  undelivered: z.boolean().describe('whether a prompt was meant for it that may not have arrived'),
};

export const thread = z.strictObject(view);
