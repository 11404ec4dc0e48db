/** The launcher's question whether the program can run on a runtime (scripts/amp-session.sh). */
export const RUNTIME_QUESTION = '--runtime';

/**
 * Whether the program runs on a runtime. execa 9.6 needs Node 18.19; Bun, which also claims to be a Node, has all
 * that is used from 1.2 on (fs.statfsSync).
 * @param versions as in `process.versions`.
 */
export function isRuntimeEnough(versions: { readonly node?: string; readonly bun?: string }): boolean {
  const { bun, node = '' } = versions;
  return bun === undefined ? isAtLeast(node, 18, 19) : isAtLeast(bun, 1, 2);
}

function isAtLeast(version: string, major: number, minor: number): boolean {
  const [ours = 0, theirs = 0] = version.split('.').map(Number);
  return ours > major || (ours === major && theirs >= minor);
}

/** The answer to the launcher, which reads the path in it: a version manager's `node` is only a script. */
export function runtimeAnswer(path: string): string {
  return `amp-session runs on ${path}\n`;
}
