/** The folder of the captures, and the page that shows them. */
export const CAPTURES = 'docs/captures';
export const PAGE = 'docs/amp-session.md';

const BLOCK = /<!-- capture: (\S+) -->\n```console\n[\s\S]*?```\n/g;

/**
 * Updates the captures in a page: each follows a comment that names its file.
 * @param captures returns the text of a file in docs/captures.
 * @throws if there is no such file.
 */
export function withCaptures(page: string, captures: (name: string) => string): string {
  return page.replace(
    BLOCK,
    (_, name: string) => `<!-- capture: ${name} -->\n\`\`\`console\n${captures(name)}\`\`\`\n`,
  );
}
