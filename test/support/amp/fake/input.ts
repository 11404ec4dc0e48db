const ESC = 0x1b;
const PASTE_START = Buffer.from('\x1b[200~');
const PASTE_END = Buffer.from('\x1b[201~');

/** An input box, driven by a terminal's keys. */
export type InputReader = {
  /** Takes bytes as they arrive, split anywhere. */
  readonly feed: (chunk: Buffer) => void;
  /** The current text in the box. */
  readonly pending: () => string;
};

/**
 * Turns keys and pastes into messages. Pasted text is taken byte for byte, including line breaks.
 * @param submit called with the box's text on carriage return. @param quit called on Ctrl-C or Ctrl-D.
 */
export function inputReader({
  submit,
  quit,
}: {
  readonly submit: (message: string) => void;
  readonly quit: () => void;
}): InputReader {
  let rest = Buffer.alloc(0);
  let text = Buffer.alloc(0);

  /** Handles the beginning of `rest`. @returns how many bytes it consumed, 0 if more have to arrive first. */
  const step = (): number => {
    if (rest[0] !== ESC) return key(rest);
    if (isStartOf(rest, PASTE_START)) return 0;
    if (!rest.subarray(0, PASTE_START.length).equals(PASTE_START)) return escapeLength(rest);
    const end = rest.indexOf(PASTE_END);
    if (end < 0) return 0;
    text = Buffer.concat([text, rest.subarray(PASTE_START.length, end)]);
    return end + PASTE_END.length;
  };

  /** Consumes the keys up to the next special one. */
  const key = (bytes: Buffer): number => {
    const special = bytes.findIndex((byte) => byte < 0x20 || byte === 0x7f);
    if (special !== 0) {
      const plain = special < 0 ? bytes : bytes.subarray(0, special);
      text = Buffer.concat([text, plain]);
      return plain.length;
    }
    switch (bytes[0]) {
      case 0x03:
      case 0x04:
        quit();
        break;
      case 0x08:
      case 0x7f:
        text = Buffer.from([...text.toString('utf8')].slice(0, -1).join(''));
        break;
      case 0x0d: {
        const message = text.toString('utf8');
        text = Buffer.alloc(0);
        submit(message);
      }
    }
    return 1;
  };

  return {
    pending: () => text.toString('utf8'),
    feed: (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length > 0) {
        const taken = step();
        if (taken === 0) return;
        rest = rest.subarray(taken);
      }
    },
  };
}

function isStartOf(bytes: Buffer, whole: Buffer): boolean {
  return bytes.length < whole.length && whole.subarray(0, bytes.length).equals(bytes);
}

/**
 * Length of an escape sequence other than a paste (cursor keys, answers of the terminal); 0 if incomplete.
 */
function escapeLength(bytes: Buffer): number {
  const after = /^(?:\[[0-9;?<=>]*[@-~]|[^[])/.exec(bytes.subarray(1, LONGEST_ESCAPE).toString('latin1'));
  return after === null ? 0 : after[0].length + 1;
}

/** Bytes of the longest escape sequence that a terminal sends. */
const LONGEST_ESCAPE = 64;
