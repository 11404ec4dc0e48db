/** Where the captures lie, and the page that shows them. */
export const CAPTURES = 'docs/captures';
export const PAGE = 'docs/amp-session.md';

const BLOCK = /<!-- capture: (\S+) -->\n```console\n[\s\S]*?```\n/g;

/**
 * A page with its captures brought up to date: each stands behind a comment that names its file.
 * @param captures the text of a file of docs/captures, by its name.
 * @throws for a name that there is no capture of.
 */
export function withCaptures(page: string, captures: (name: string) => string): string {
  return page.replace(
    BLOCK,
    (_, name: string) => `<!-- capture: ${name} -->\n\`\`\`console\n${captures(name)}\`\`\`\n`,
  );
}
