/** The fenced blocks of one language in a Markdown text, in order. */
export function snippetsIn(markdown: string, language: string): string[] {
  return [...markdown.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, text = '']) => text,
  );
}

const REQUIRED = `terraform {
  required_providers {
    coder = { source = "coder/coder" }
  }
}
data "coder_workspace" "me" {}
data "coder_provisioner" "me" {}
`;
const KEY = `variable "amp_api_key" {
  type    = string
  default = "a-key"
}
`;

/** What a template needs besides our module. */
export const AGENT = `${REQUIRED}resource "coder_agent" "main" {
  os   = "linux"
  arch = "amd64"
}
`;

/** The files of a complete template around a snippet of the documentation, unless it already is one. */
export function templateAround(snippet: string): Record<string, string> {
  const asksForKey = snippet.includes('variable "amp_api_key"');
  const around = (asksForKey ? '' : KEY) + (snippet.includes('resource "coder_agent"') ? REQUIRED : AGENT);
  return {
    'main.tf': snippet.startsWith('terraform {') ? snippet : `${around}\n${snippet}`,
    ...(asksForKey ? { 'terraform.tfvars': 'amp_api_key = "a-key"\n' } : {}),
  };
}
