import { mkdirSync, rmSync } from 'node:fs';
import { agentapiKind } from '../../test/support/agentapi/agentapi.ts';
import { imageEnv } from '../../test/support/amp/real-amp.ts';
import { type AmpServer, startAmpServer, textOf } from '../../test/support/amp/server.ts';
import { startModuleRegistry } from '../../test/support/terraform/registry.ts';
import { waitUntil } from '../../test/support/wait.ts';
import { Workspace } from '../../test/support/workspace/workspace.ts';

/**
 * The prompts, by name. The first lost its line break in 3 of 24 starts when AgentAPI typed it before Amp's
 * first frame; the second never did.
 */
export const PROMPTS: Readonly<Record<string, string>> = {
  'two lines': `task 0: "quote' $(id), \`x\` in backticks, a backslash \\, é 漢\nsecond line`,
  'four lines':
    'Fix a flaky test.\n- run it ten times\n- find what it races with\n- say what you changed, in brief',
  'one line': 'Fix the failing test',
  '3 KB with tabs': Array.from(
    { length: 60 },
    (_, i) => `${i}:\tfunc check(n int) {\n\t\treturn n > ${i} // ≥ 漢字\n\t}`,
  ).join('\n'),
  'blank lines': 'first\n\n\n  indented\n \n\tlast, after a line with one blank',
};

/** Workspaces that have not been removed yet. */
const present = new Set<Workspace>();

/** Kills and removes every workspace, in case the harness itself is interrupted. */
export function disposeWorkspaces(): void {
  for (const workspace of present) workspace.dispose();
}

/** How often a prompt was given to a new workspace, and what became of it where it didn't arrive whole. */
export type PromptRow = {
  readonly prompt: string;
  readonly bytes: number;
  readonly starts: number;
  readonly differs: readonly string[];
};

/**
 * Gives each prompt to new workspaces of the module, with a real Amp and a real AgentAPI, and compares every
 * byte that reaches Amp's servers.
 * @param names of the prompts.
 * @param starts how many new workspaces each is given to.
 * @param tell called with each start's result.
 * @throws if AgentAPI is the stand-in, which types a prompt at other times than the real one.
 */
export async function runPrompts(
  ampFolder: string,
  names: readonly string[],
  starts: number,
  tell: (line: string) => void,
): Promise<PromptRow[]> {
  if (agentapiKind() !== 'real') throw new Error('Prompts need a real AgentAPI: name it with AGENTAPI_BIN.');
  const registry = await startModuleRegistry();
  const account = await startAmpServer();
  const rows: PromptRow[] = [];
  try {
    for (const name of names) {
      const text = PROMPTS[name];
      if (text === undefined) throw new Error(`There is no prompt '${name}'.`);
      const workspace = await Workspace.create({
        registry,
        ampFolder,
        env: imageEnv(account),
        inputs: { amp_api_key: account.apiKey, report_tasks: false, ai_prompt: text },
      });
      present.add(workspace);
      try {
        await workspace.provision();
        const differs: string[] = [];
        for (let start = 1; start <= starts; start++) {
          const wrong = await giveOnce(workspace, account, text).catch(String);
          tell(`${name}, start ${start}: ${wrong ?? 'whole'}`);
          if (wrong !== null) differs.push(`start ${start}: ${wrong}`);
        }
        rows.push({ prompt: name, bytes: Buffer.byteLength(text), starts, differs });
      } finally {
        present.delete(workspace);
        workspace.dispose();
      }
    }
  } finally {
    await account.close();
    await registry.close();
  }
  return rows;
}

/** A first start on an empty volume. @returns what is wrong with what arrived, null where nothing is. */
async function giveOnce(workspace: Workspace, account: AmpServer, text: string): Promise<string | null> {
  const before = new Set(account.threads.keys());
  const arrived = () =>
    [...account.threads.values()]
      .filter(({ id }) => !before.has(id))
      .flatMap(({ id, messages }) =>
        messages.filter(({ role }) => role === 'user').map((one) => ({ id, text: textOf(one) })),
      );
  try {
    await workspace.runStartScripts();
    await waitUntil('the prompt at Amp', async () => ({ done: arrived().length > 0, seen: workspace.log }));
    // A second time, or into a second thread, it would come by now.
    await workspace.agentapi.waitForStatus('stable');
    const args = workspace.agentArgs();
    const [first, ...more] = arrived();
    if (more.length > 0) return `arrived ${more.length + 1} times`;
    if (first?.text !== text) return differenceOf(text, first?.text ?? '');
    return args.includes(first.id) ? null : `arrived in ${first.id}; the agent: ${args.join(' ')}`;
  } finally {
    workspace.crash();
    rmSync(workspace.home, { recursive: true, force: true });
    mkdirSync(workspace.home, { mode: 0o755 });
  }
}

/** Names the first byte that differs, with what is around it. */
function differenceOf(given: string, arrived: string): string {
  const [one, other] = [Buffer.from(given), Buffer.from(arrived)];
  const at = one.findIndex((byte, index) => byte !== other[index]);
  const byte = at < 0 ? one.length : at;
  return `byte ${byte}: ${JSON.stringify(other.subarray(Math.max(0, byte - 12), byte + 12).toString())}`;
}

/** A Markdown table with a row per prompt. */
export function promptTable(rows: readonly PromptRow[]): string {
  const lines = rows.map(({ prompt, bytes, starts, differs }) =>
    [prompt, bytes, starts, starts - differs.length, differs.length, differs.join('; ') || '-'].join(' | '),
  );
  const head = ['prompt | bytes | starts | whole | differs | where', '--- | --- | --- | --- | --- | ---'];
  return [...head, ...lines].map((line) => `| ${line} |`).join('\n');
}
