import type { Check } from './violation.ts';

/** A fault to inject into the shim, to see whether the harness catches it. */
export type Mutant = {
  readonly name: string;
  /** File below shim/, and a text that occurs in it exactly once. */
  readonly file: string;
  readonly replace: string;
  readonly by: string;
  /**
   * The promise that it breaks, and a schedule that shows it. If the shim's steps change, try seeds near that
   * one.
   */
  readonly check: Check;
  readonly seed: number;
};

/**
 * Mistakes that are easy to make in these files. Each loses or duplicates something in a crash at the wrong
 * moment.
 */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'agent not followed',
    file: 'thread/follow.ts',
    replace: '  if (event !== null) recordMove(store, event);\n',
    by: '',
    check: 'the agent is followed',
    seed: 32,
  },
  {
    name: 'prompt sent again though another thread has it',
    file: 'prompt/find.ts',
    replace: "if (evidence !== 'missing' || unrecorded) return { evidence };",
    by: 'return { evidence };',
    check: 'a prompt arrives once',
    seed: 2243,
  },
  {
    name: 'thread recorded after its output is gone',
    file: 'thread/create.ts',
    replace: '  const owner = await withOwners(',
    by: `  rmSync(output, { force: true });
  const owner = await withOwners(`,
    check: 'no thread is lost',
    seed: 1189,
  },
  {
    name: 'output of a crashed call thrown away',
    file: 'thread/create.ts',
    replace: 'if (!isAsking(asker, path)) await recover(store, path, workdir, secrets);',
    by: 'if (!isAsking(asker, path)) rmSync(path, { force: true });',
    check: 'no thread is lost',
    seed: 21,
  },
  {
    name: 'history not synced',
    file: 'system/files.ts',
    replace: `    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  if (isNew)`,
    by: `  } finally {
    closeSync(file);
  }
  if (isNew)`,
    check: 'no thread is lost',
    seed: 51,
  },
  {
    name: 'torn line glued to the next',
    file: 'store/history.ts',
    replace: 'const text = whole ? lines : `\\n${lines}`;',
    by: 'const text = lines;',
    check: 'the record is readable',
    seed: 58,
  },
  {
    name: 'doubt replaces the thread',
    file: 'thread/decide.ts',
    replace: `      return { do: 'continue', thread: active, doubt: check.why };`,
    by: `      return { do: 'replace', thread: active, reason: check.why };`,
    check: 'the active thread changes for a reason',
    seed: 1056,
  },
  {
    name: 'prompt recorded only when it is seen',
    file: 'store/fold.ts',
    replace: `event.prompt === null
        ? [...before]
        : withPrompt(before, event.prompt.sha256, 'handed', {
            handed: event.at,
            late: false,
            onStdin: event.prompt.onStdin ?? false,
          });`,
    by: '[...before];',
    check: 'a prompt arrives once',
    seed: 13,
  },
  {
    name: 'prompt taken for delivered when it is handed over',
    file: 'store/fold.ts',
    replace: "withPrompt(before, event.prompt.sha256, 'handed', {",
    by: "withPrompt(before, event.prompt.sha256, 'delivered', {",
    check: 'a prompt arrives',
    seed: 61,
  },
  {
    name: 'prompt sent again when nobody can tell',
    file: 'prompt/decide.ts',
    replace: `if (evidence === 'unanswered') return { do: 'ask on' };`,
    by: `if (evidence === 'unanswered') return { do: 'send' };`,
    check: 'a prompt arrives once',
    seed: 2417,
  },
  {
    name: 'prompt taken for delivered because the chat shows it',
    file: 'prompt/plan.ts',
    replace: 'if (thread === null || thread === next || record',
    by: 'if (thread === null || record',
    check: 'a prompt arrives',
    seed: 17097,
  },
  {
    name: 'chat not guarded',
    file: 'chat/follow.ts',
    replace: '  guardChat(store, stateFile);\n',
    by: '',
    check: 'no saved chat is lost',
    seed: 752,
  },
  {
    name: 'refusal not heeded',
    file: 'start/prepare.ts',
    replace: "if (refusal !== null) return { kind: 'refuse', why: refusal };",
    by: "if (refusal !== null) (await import('node:fs')).rmSync(config.agentApiPidFile ?? '', { force: true });",
    check: 'one AgentAPI',
    seed: 1007,
  },
  {
    name: 'off is recorded as well',
    file: 'start/prepare.ts',
    replace: `    if (!config.persistence)
      return launchFresh({ prompt: firstPrompt(config, prompt), keepChat: false, terminal: null });
    return`,
    by: '    return',
    check: 'off changes nothing',
    seed: 219,
  },
];
