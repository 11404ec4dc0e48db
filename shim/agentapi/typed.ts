/** A prompt as AgentAPI types it: without the ASCII white space around it (TrimWhitespace in its lib/msgfmt/msgfmt.go). */
export function typedPrompt(prompt: string): string {
  return prompt.replace(/^[ \t\n\r\f\v]+/, '').replace(/[ \t\n\r\f\v]+$/, '');
}
