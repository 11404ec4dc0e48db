import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { makeProgram, runScript, scriptText } from '../support/script.ts';
import { useStartScript } from '../support/scripts/start.ts';

const start = useStartScript();

/** Every variable that a script of ours sets, however it does. */
function namesIn(text: string): string[] {
  const set = [
    ...text.matchAll(/(?:^|[\s(;{])([A-Za-z_]\w*)\+?=/gm),
    ...text.matchAll(/\bfor (\w+) in\b/g),
    ...text.matchAll(/\b(?:local|export|unset|readonly|declare)(?: -\w+)* ([\w ]+)/g),
    ...text.matchAll(/\b(?:read|mapfile)\b[^\n;<&|]* ([\w ]+?)(?= *(?:[;<&|]|$))/gm),
    ...text.matchAll(/\bexec \{(\w+)\}/g),
  ].flatMap(([, names = '']) => names.split(' '));
  const all = new Set(set.filter((name) => /^[A-Za-z_]\w*$/.test(name)));
  return [...all].filter(
    (name) => !/^(AMP_MODULE_|AGENTAPI_|PATH$|HOME$|_$|PWD$|OLDPWD$|BASH_ENV$|ENV$|IFS$)/.test(name),
  );
}

/** Variables that change what bash itself does. */
const OF_BASH = [
  'IFS=:',
  'POSIXLY_CORRECT=1',
  'TMOUT=1',
  'FUNCNEST=9',
  'GLOBIGNORE=*',
  'OPTIND=9',
  'SECONDS=99',
  'BASH_COMPAT=4.4',
  'REPLY=x',
  'CDPATH=/',
];

/** What an agent does in these tests: it keeps what it was given. */
const KEEP = `printf '%s\\0' "$@" >"$HOME/args"; cat >"$HOME/prompt-typed"; env -0 >"$HOME/agent-env"; exit 7`;

type Run = (env: Record<string, string>) => Promise<{ exitCode?: number | undefined; stderr: string }>;
const SCRIPTS: Record<string, Run> = {
  'start.sh': (env) =>
    start().run({ AMP_MODULE_FIREWALL: '/wrapper' }, 'fix it', ['--label', 'a b'], { env }),
  'terminal.sh': (env) =>
    runScript(
      'terminal.sh',
      start().machine,
      {
        AMP_MODULE_STATE_DIR: '.amp-module',
        AMP_MODULE_AGENTAPI_DIR: '.amp-module/agentapi',
        AMP_MODULE_BUNDLE_SHA256: 'none',
        AMP_MODULE_WORKDIR: start().inHome('project'),
        AMP_MODULE_TERMINAL: 'amp-terminal',
        AMP_MODULE_FIREWALL: start().inHome('wrapper'),
      },
      { before: "AMP_MODULE_OPTION_WORDS=('--label' 'a b')\nset -- inside", env },
    ),
};

const CASES = Object.keys(SCRIPTS).flatMap((script) =>
  ["a profile's exports", "the environment's"].map((names) => [script, names] as const),
);

it.each(CASES)(
  'no name can be taken for one of %s: %s, and the agent gets them all',
  async (script, from) => {
    const run = SCRIPTS[script] as Run;
    const names = namesIn(scriptText(script));
    expect(names).toEqual(
      expect.arrayContaining(['state', 'line', 'environment', 'plan', 'firewall', 'prompt', 'taken', 'i']),
    );
    start().agentapi(KEEP);
    makeProgram(start().inHome('wrapper'), KEEP);
    const seen = async (env: Record<string, string> = {}) => {
      const { exitCode, stderr } = await run(env);
      const files = ['args', 'prompt-typed', 'prompt-seen', 'firewall', 'session-calls'].map((name) =>
        // Without how many seconds the agent ran.
        start()
          .read(name)
          .replace(/(settle \d+) \d+/, '$1'),
      );
      rmSync(start().inHome('session-calls'));
      return { exitCode, stderr, files };
    };
    const before = await seen();
    expect(before.exitCode).toBe(7);
    expect(before.files[0]).toContain('--label\0a b\0threads\0continue\0T-1\0');

    if (from === "the environment's") {
      expect(await seen(Object.fromEntries(names.map((name) => [name, 'of-theirs'])))).toEqual(before);
    } else {
      const lines = [...names.map((name) => `${name}=of-theirs`), ...OF_BASH];
      writeFileSync(start().inHome('.bashrc'), `${lines.map((line) => `export '${line}'`).join('\n')}\n`);
      expect(await seen()).toEqual(before);
    }
    const given = readFileSync(start().inHome('agent-env'), 'utf8').split('\0');
    expect(names.filter((name) => !given.includes(`${name}=of-theirs`))).toEqual([]);
  },
);
