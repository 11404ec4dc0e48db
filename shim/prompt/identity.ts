import { createHash } from 'node:crypto';

/**
 * What settings.tf puts in front of a prompt where tasks are reported. It is no part of what identifies the prompt: with reporting
 * switched on or off it is the same task still. When the sentence changes there, the old one must be known here too.
 */
export const REPORTING_PREFACE =
  'Every step of the way, report your progress using coder_report_task tool with proper summary and statuses. Your task at hand:';

/**
 * What identifies a prompt: the hash of its words. White space counts as one blank, since a terminal and Amp may change line ends and
 * tabs on the way; the sentence that asks for reports does not count.
 */
export function promptSha256(prompt: string): string {
  const words = prompt.replace(/\s+/g, ' ').trim();
  const task = words.startsWith(REPORTING_PREFACE) ? words.slice(REPORTING_PREFACE.length).trim() : words;
  return createHash('sha256').update(task).digest('hex');
}
