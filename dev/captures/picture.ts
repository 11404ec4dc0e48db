import { agentapiKind } from '../../test/support/agentapi/agentapi.ts';
import { isReady } from '../../test/support/amp/screen.ts';
import { startAmpServer } from '../../test/support/amp/server.ts';
import { onTerminal } from '../../test/support/cli/screen.ts';
import type { Terminal } from '../../test/support/terminal.ts';
import { spansOf } from './spans.ts';
import { animatedSvg, type Frame } from './svg.ts';
import { CapturedWorkspace } from './workspace.ts';

const ROWS = 24;
const PROMPT = '\u001b[32mdev\u001b[0m:\u001b[34m~/project\u001b[0m$ ';
const TYPING_MS = 45;
const READING_MS = 2_600;

class Recording {
  readonly frames: Frame[] = [];
  readonly #shown: (text: string) => string;

  /** @param shown maps a text on the screen to what the picture shows. */
  constructor(shown: (text: string) => string) {
    this.#shown = shown;
  }

  /** Records what the screen shows now. */
  take(screen: Terminal, milliseconds: number): void {
    const rows = screen
      .rows()
      .map((row) => spansOf(row).map((span) => ({ ...span, text: this.#shown(span.text) })));
    this.frames.push({ rows, milliseconds });
  }

  /**
   * Types a line and waits until it has run.
   * @param over whether it has; by default, when there is a new prompt.
   */
  async type(screen: Terminal, line: string, over?: (text: string) => boolean): Promise<void> {
    await screen.until((text) => text.endsWith('~/project$'));
    const prompts = screen.screen().split('~/project$').length;
    for (let at = 0; at < line.length; at += 2) {
      screen.type(line.slice(at, at + 2));
      await screen.until((text) => text.endsWith(line.slice(0, at + 2).trimEnd()));
      this.take(screen, TYPING_MS);
    }
    this.take(screen, 400);
    screen.type('\r');
    await screen.until(over ?? ((text) => text.split('~/project$').length > prompts && text.endsWith('$')));
    this.take(screen, READING_MS);
  }
}

/** Draws a workspace's first two starts, recorded with the real Amp. */
export async function picture(): Promise<string> {
  if (agentapiKind() === 'stand-in')
    throw new Error(
      "The picture shows 'agentapi attach', which only the real one has: name it with AGENTAPI_BIN.",
    );
  const amp = await startAmpServer();
  const workspace = await CapturedWorkspace.create(amp);
  const shown = (text: string) =>
    workspace.shown(
      text,
      [...amp.threads.values()].map(({ id }) => id),
    );
  const recording = new Recording(shown);
  const shell = (now: string) => {
    const { project, env } = workspace.at(now);
    // What is typed here goes to AgentAPI, not to Amp's stand-in.
    const own = { ...env, AMP_URL: '', PS1: PROMPT, BASH_SILENCE_DEPRECATION_WARNING: '1' };
    return onTerminal('bash', ['--norc', '--noprofile', '-i'], { cwd: project, env: own, rows: ROWS });
  };
  try {
    await workspace.start('2026-11-20T16:40:00.000Z', 'Make the login page remember the user.');
    const evening = shell('2026-11-20T17:05:00.000Z');
    await recording.type(evening, 'amp-session status');
    await recording.type(evening, "amp-session send 'And write a test for it.'");
    await recording.type(evening, '# now the workspace is stopped');
    await workspace.stop('2026-11-20T18:00:00.000Z');
    await workspace.start('2026-11-21T08:17:22.000Z', 'Make the login page remember the user.');
    const morning = shell('2026-11-21T08:20:00.000Z');
    await recording.type(morning, '# the next morning, started again');
    await recording.type(morning, 'amp-session status');
    await recording.type(morning, 'amp-session continue', isReady);
    recording.take(morning, 2 * READING_MS);
    return animatedSvg(
      recording.frames,
      'A workspace is stopped and started again, and Amp is back in the same thread with its conversation',
      ROWS,
    );
  } finally {
    workspace.dispose();
    await amp.close();
  }
}
