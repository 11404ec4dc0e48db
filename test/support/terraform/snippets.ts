import { writeFileSync } from 'node:fs';

/** The fenced blocks of one language in a Markdown text, in order. */
export function snippetsIn(markdown: string, language: string): string[] {
  return [...markdown.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, text = '']) => text,
  );
}

/** What a template needs besides our module. */
export const AGENT = `terraform {
  required_providers {
    coder = { source = "coder/coder" }
  }
}
data "coder_workspace" "me" {}
resource "coder_agent" "main" {
  os   = "linux"
  arch = "amd64"
}
`;
/** What a snippet of the README leaves out. */
const AROUND = `${AGENT}variable "amp_api_key" {
  type    = string
  default = "a-key"
}
`;

/** Writes a complete template around a snippet of the README, unless it already is one. */
export function templateAround(snippet: string, path: string): void {
  writeFileSync(path, snippet.startsWith('terraform {') ? snippet : `${AROUND}\n${snippet}`);
}
