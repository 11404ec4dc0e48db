import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useStartScript } from '../support/scripts/start.ts';

const start = useStartScript();

describe('start.sh', () => {
  it('I4: ignores the output of a BASH_ENV that prints', async () => {
    start().session('none\\0chat\\0threads\\0continue\\0T-1\\0end\\0');
    writeFileSync(start().inHome('bash-env'), 'printf "FORGED=1\\0Welcome"\n');
    writeFileSync(start().inHome('.bashrc'), 'export TOKEN_OF_MINE=abc\n');
    start().agentapi(
      `unset BASH_ENV; printf '%s\\0' "$@" >"$HOME/agentapi-args"; cat >"$HOME/prompt-typed"; echo "$TOKEN_OF_MINE\${FORGED:-}" >"$HOME/seen"; exit 7`,
    );
    const run = await start().run({ BASH_ENV: start().inHome('bash-env') }, 'fix it');
    expect(run.exitCode).toBe(7);
    expect(start().words('agentapi-args').at(-1)).toBe('T-1');
    expect(start().read('prompt-typed')).toBe('');
    expect(start().read('seen')).toBe('abc\n');
  });

  it.each([
    ['uses unset variables', 'echo "$THIS_IS_NOT_SET"; false'],
    ['exits', 'exit 0'],
    ['becomes another shell', 'exec sleep 0'],
    ['sets options', 'set -euo pipefail; shopt -s failglob'],
    ['redefines commands', 'cd() { builtin cd "$@"; [[ -d .git ]]; }'],
    ['changes folder', 'cd /'],
    ['waits for somebody', 'read -r answer; sleep 1000'],
    ['leaves something running', '(while sleep 15; do :; done) &'],
    ['leaves something running and waits', '(while sleep 15; do :; done) & sleep 1000'],
    [
      'exports our own variables',
      'export AMP_MODULE_WORKDIR=/stolen AMP_MODULE_PORT=1 AMP_MODULE_FIREWALL=/stolen',
    ],
  ])('copes with a profile that %s', async (_name, profile) => {
    writeFileSync(start().inHome('.bashrc'), `${profile}\n`);
    expect((await start().run()).exitCode).toBe(7);
    expect(start().words('agentapi-args').join(' ')).toContain('--port 3284');
    expect(start().words('agentapi-args').join(' ')).toContain('-- amp threads continue T-1');
    expect(start().read('session-calls')).toContain('settle');
  });

  it.each(['(while sleep 15; do :; done) &', '(while sleep 15; do :; done) & sleep 1000', 'sleep 1000'])(
    "copes with it under busybox's timeout too: %s",
    async (profile) => {
      rmSync(join(start().machine.bin, '../tools/timeout'));
      symlinkSync('/usr/bin/busybox', join(start().machine.bin, '../tools/timeout'));
      writeFileSync(start().inHome('.bashrc'), `${profile}\n`);
      expect((await start().run()).exitCode).toBe(7);
      expect(start().words('agentapi-args').join(' ')).toContain('-- amp threads continue T-1');
    },
  );

  it('skips a profile that never finishes, entirely, and says so', async () => {
    writeFileSync(start().inHome('.bashrc'), 'export TOKEN_OF_MINE=abc\nsleep 1000\n');
    start().agentapi('echo "seen: ${TOKEN_OF_MINE:-}" >"$HOME/seen"');
    const run = await start().run();
    expect(run.all).toContain('.bashrc exits, or takes longer than 3 s: its exports are ignored.');
    expect(start().read('seen')).toBe('seen: \n');
  });

  it('adopts what a profile exports', async () => {
    writeFileSync(start().inHome('.bashrc'), `export TOKEN_OF_MINE='a b\nc' PATH="$HOME/mine:$PATH"\n`);
    start().agentapi('printf %s "$TOKEN_OF_MINE|$PATH" >"$HOME/seen"');
    await start().run();
    expect(start().read('seen')).toMatch(/^a b\nc\|.*\/mine:/s);
  });
});
