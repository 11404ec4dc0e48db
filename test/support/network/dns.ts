/** A question for an address, from a DNS message (RFC 1035): the name, and the number of its record type. */
export type Question = { readonly name: string; readonly type: number };

const HEADER_BYTES = 12;
const TYPE_A = 1;

/** Reads the one question that resolvers ask in a message. */
export function questionOf(message: Buffer): Question {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.').toLowerCase(), type: message.readUInt16BE(at + 1) };
}

/** The answer to a question: every name is 127.0.0.1, or, when offline, nothing can be found out (SERVFAIL). */
export function answerTo(message: Buffer, { type }: Question, online: boolean): Buffer {
  const header = Buffer.from(message.subarray(0, HEADER_BYTES));
  const answers = online && type === TYPE_A ? 1 : 0;
  header.writeUInt16BE(online ? 0x8180 : 0x8182, 2);
  for (const [index, count] of [1, answers, 0, 0].entries()) header.writeUInt16BE(count, 4 + 2 * index);
  // The name and type of the question.
  const end = message.indexOf(0, HEADER_BYTES) + 5;
  const address = [0xc0, HEADER_BYTES, 0, TYPE_A, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1];
  return Buffer.concat([
    header,
    message.subarray(HEADER_BYTES, end),
    Buffer.from(answers === 1 ? address : []),
  ]);
}
