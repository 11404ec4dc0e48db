import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** One accepted websocket: text in, text out. */
export type TextSocket = {
  readonly send: (message: string) => void;
};

// RFC 6455: the fixed string of the handshake, and the kinds of frames.
const HANDSHAKE = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const [CONTINUATION, TEXT, CLOSE, PING, PONG] = [0x0, 0x1, 0x8, 0x9, 0xa];

type Frame = {
  readonly kind: number;
  readonly final: boolean;
  readonly data: Buffer;
  readonly rest: Buffer;
};

/**
 * Accepts a websocket upgrade of `node:http`, with as much of RFC 6455 as `amp` needs: no compression, text
 * only.
 * @param protocol which of the offered subprotocols to choose.
 * @param onText called with each complete text message.
 */
export function acceptWebSocket(
  request: IncomingMessage,
  socket: Duplex,
  protocol: string,
  onText: (message: string) => void,
): TextSocket {
  const accept = createHash('sha1')
    .update(`${request.headers['sec-websocket-key'] ?? ''}${HANDSHAKE}`)
    .digest('base64');
  socket.write(
    [
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${accept}`,
      `Sec-WebSocket-Protocol: ${protocol}`,
      '\r\n',
    ].join('\r\n'),
  );
  let received = Buffer.alloc(0);
  let parts: Buffer[] = [];
  // The client may be killed at any moment: a broken connection is not an error of the stub.
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    for (let frame = takeFrame(received); frame !== null; frame = takeFrame(received)) {
      received = Buffer.from(frame.rest);
      if (frame.kind === PING) socket.write(encode(PONG, frame.data));
      if (frame.kind === CLOSE) socket.end(encode(CLOSE, frame.data));
      if (frame.kind !== TEXT && frame.kind !== CONTINUATION) continue;
      parts.push(frame.data);
      if (!frame.final) continue;
      const message = Buffer.concat(parts).toString('utf8');
      parts = [];
      onText(message);
    }
  });
  return {
    send: (message) => {
      if (socket.writable) socket.write(encode(TEXT, Buffer.from(message)));
    },
  };
}

/** Takes the first complete frame, null if there is none yet. A client's frames are always masked. */
function takeFrame(bytes: Buffer): Frame | null {
  if (bytes.length < 2) return null;
  const [first = 0, second = 0] = bytes;
  const short = second & 0x7f;
  const header = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < header + 4) return null;
  const length =
    short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  const start = header + 4;
  if (bytes.length < start + length) return null;
  const mask = bytes.subarray(header, start);
  const data = Buffer.from(bytes.subarray(start, start + length));
  for (let i = 0; i < length; i += 1) data[i] = (data[i] ?? 0) ^ (mask[i % 4] ?? 0);
  return { kind: first & 0x0f, final: (first & 0x80) !== 0, data, rest: bytes.subarray(start + length) };
}

function encode(kind: number, data: Buffer): Buffer {
  const header = Buffer.alloc(data.length < 126 ? 2 : data.length < 65_536 ? 4 : 10);
  header[0] = 0x80 | kind;
  if (header.length === 2) header[1] = data.length;
  else if (header.length === 4) {
    header[1] = 126;
    header.writeUInt16BE(data.length, 2);
  } else {
    header[1] = 127;
    header.writeBigUInt64BE(BigInt(data.length), 2);
  }
  return Buffer.concat([header, data]);
}
