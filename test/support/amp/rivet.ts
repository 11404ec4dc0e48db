import { decode, encode } from 'cborg';
import * as z from 'zod';

// RivetKit's client protocol, as far as a runner uses it: binary frames of a two-byte version, a tag and BARE fields
// (https://baremessages.org), with the values in CBOR. Observed on loopback; the client's parts are published as the npm
// package `rivetkit`, which is far larger than these few fields.
const VERSION = 3;
const [INIT, ACTION_RESPONSE, EVENT] = [0, 2, 3];
const ACTION_REQUEST = 0;

/** What a client asks its actor to do. `id` comes back with the answer. */
export type Action = { readonly id: number; readonly name: string; readonly args: readonly unknown[] };

/** The action in a client's frame, or null if it is another message (a subscription). */
export function readAction(frame: Buffer): Action | null {
  const reader = bareReader(frame.subarray(2));
  if (reader.uint() !== ACTION_REQUEST) return null;
  const id = reader.uint();
  const name = reader.data().toString('utf8');
  return { id, name, args: z.array(z.unknown()).parse(decode(reader.data())) };
}

/** The first frame of a connection. */
export function initFrame(actorId: string, connectionId: string): Buffer {
  return frameOf(INIT, bareData(actorId), bareData(connectionId));
}

export function responseFrame({ id }: Action, output: object): Buffer {
  return frameOf(ACTION_RESPONSE, bareUint(id), bareData(encode(output)));
}

/** An event that the client has subscribed to. */
export function eventFrame(name: string, args: object): Buffer {
  return frameOf(EVENT, bareData(name), bareData(encode([args])));
}

function frameOf(tag: number, ...fields: readonly Buffer[]): Buffer {
  const version = Buffer.alloc(2);
  version.writeUInt16LE(VERSION);
  return Buffer.concat([version, Buffer.of(tag), ...fields]);
}

function bareUint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}

function bareData(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value as Uint8Array);
  return Buffer.concat([bareUint(bytes.length), bytes]);
}

function bareReader(bytes: Buffer) {
  let at = 0;
  const uint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes.readUInt8(at);
      at += 1;
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
  };
  const data = (): Buffer => {
    const length = uint();
    at += length;
    return bytes.subarray(at - length, at);
  };
  return { uint, data };
}
