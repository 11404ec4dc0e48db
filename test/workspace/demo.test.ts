import { execa } from 'execa';
import { expect, it } from 'vitest';

it("the README's demo runs the whole life cycle and ends with one JSON document", async () => {
  const { stdout, stderr } = await execa('npm', ['run', '--silent', 'demo', '--', '--json']);
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
