import { execa } from 'execa';
import { expect, it } from 'vitest';

const run = (...args: readonly string[]) =>
  execa('npm', ['run', '--silent', 'demo', '--', ...args, '--json']);

it("the README's demo runs the whole life cycle and ends with one JSON document", async () => {
  const { stdout, stderr } = await run();
  const { cold, warm, off, onAgain } = JSON.parse(stdout);
  expect(cold.agentArgs).toEqual(['amp', 'threads', 'continue', cold.thread]);
  expect(warm).toEqual({ ...cold, promptSent: false });
  expect(onAgain).toEqual(cold);
  expect(off.agentArgs).toEqual(['amp']);
  expect(off.thread).toMatch(/^T-/);
  expect(off.thread).not.toBe(cold.thread);
  for (const chapter of ['Cold start', 'A message', 'Warm start', 'Persistence off', 'On again']) {
    expect(stderr).toContain(chapter);
  }
});

it('with --runner it runs the life of a runner', async () => {
  const { stdout, stderr } = await run('--runner');
  const { own, web, cold, crashed, damaged, off, onAgain } = JSON.parse(stdout);
  expect(cold).toEqual({ name: 'demo-workspace', threads: [own], prompts: 1 });
  for (const start of [crashed, damaged])
    expect({ ...start, threads: [...start.threads].sort() }).toEqual({
      ...cold,
      threads: [own, web].sort(),
    });
  expect(off).toEqual({ name: expect.stringMatching(/^demo-workspace-/), threads: [] });
  expect(onAgain).toEqual(cold);
  for (const chapter of [
    'Cold start',
    "A thread on Amp's site",
    'The machine dies',
    "Amp's own file is damaged",
    'A thread is archived at Amp',
    'Persistence off',
    'On again',
  ]) {
    expect(stderr).toContain(chapter);
  }
  expect(stderr).not.toContain('✗');
});
