import type { AmpFolders } from '../amp/folders.ts';
import { keepsTerminalRecords, terminalRecord } from '../amp/terminal-record.ts';
import type { Launch } from '../store/launch.ts';
import type { Session } from '../store/session.ts';
import { say } from '../system/report.ts';
import { waitFor } from '../system/wait.ts';

/**
 * How long after its launch Amp may take to open its thread, in milliseconds. A few seconds are usual; an Amp
 * that was downgraded to one that keeps no record of its terminal never says that it has.
 */
const OPENING_MS = 120_000;

/**
 * Waits until Amp has opened a thread since its launch. What is typed before that loses its line breaks, or
 * goes to another thread that Amp opens for it (docs/architecture.md, "The prompt").
 * @param launched the launch; null, or one without a terminal of its own, is not waited for. Nor is one long
 * ago.
 * @param launch what was there at that launch.
 * @param isOver whether to stop waiting early.
 */
export async function waitForOpenThread(
  folders: AmpFolders,
  launched: Session['launched'],
  { wrote, elapsed }: Launch,
  isOver: () => boolean = () => false,
): Promise<void> {
  if (launched === null || launched.terminal === null || !keepsTerminalRecords(folders)) return;
  const { terminal, workdir, at } = launched;
  const isOpen = () => terminalRecord(folders, workdir, terminal, wrote) !== null;
  const left = openingLeft(at, elapsed(), Date.now());
  if ((await waitFor(() => isOver() || isOpen(), left)) || left <= 0) return;
  say('Amp has not reported that its thread is open; sending the message anyway.');
}

/**
 * How long Amp still has, in milliseconds.
 * @param at the launch. @param elapsed milliseconds since, null if unknown. @param now the clock: it may have been
 * set since the launch, and no wait becomes longer by that.
 */
export function openingLeft(at: string, elapsed: number | null, now: number): number {
  return OPENING_MS - (elapsed ?? Math.max(0, now - Date.parse(at)));
}
