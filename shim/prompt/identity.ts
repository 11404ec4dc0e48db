import { createHash } from 'node:crypto';

/**
 * What settings.tf puts in front of a prompt where tasks are reported. It is no part of what identifies the
 * prompt: with reporting switched on or off it is the same task still. When the sentence changes there, the
 * old one must be known here too.
 */
export const REPORTING_PREFACE =
  'Every step of the way, report your progress using coder_report_task tool with proper summary and statuses. Your task at hand:';

/**
 * What identifies a prompt: the hash of its words. White space counts as one blank, since a terminal and Amp
 * may change line ends and tabs on the way; the sentence that asks for reports does not count.
 */
export function promptSha256(prompt: string): string {
  return sha256(taskOf(prompt));
}

/**
 * The hash of a prompt's letters alone, by which a message is known as the prompt, should white space have
 * been lost on its way: under AgentAPI 0.12.1 line breaks have been, with nothing left in their place.
 */
export function lettersSha256(prompt: string): string {
  return sha256(taskOf(prompt).replace(/\s+/g, ''));
}

function taskOf(prompt: string): string {
  const words = prompt.replace(/\s+/g, ' ').trim();
  return words.startsWith(REPORTING_PREFACE) ? words.slice(REPORTING_PREFACE.length).trim() : words;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
