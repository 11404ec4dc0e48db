import { createHash } from 'node:crypto';

/**
 * What settings.tf puts in front of a prompt when tasks are reported. It is not part of a prompt's identity:
 * the task is the same whether or not it is reported. If the sentence changes there, the old one must still
 * be recognised here.
 */
export const REPORTING_PREFACE =
  'Every step of the way, report your progress using coder_report_task tool with proper summary and statuses. Your task at hand:';

/**
 * What identifies a prompt: the hash of its words. Any white space counts as one space, because a terminal
 * and Amp may change line endings and tabs on the way; the sentence that asks for reports is ignored.
 */
export function promptSha256(prompt: string): string {
  return sha256(taskOf(prompt));
}

/**
 * The hash of a prompt without its white space. It identifies a message as the prompt even if white space got
 * lost on the way: under AgentAPI 0.12.1, line breaks have vanished without a trace.
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
