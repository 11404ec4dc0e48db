import { gzipSync } from 'node:zlib';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TerraformError } from '../support/terraform/diagnostics.ts';
import { scriptNamed } from '../support/terraform/embedded.ts';
import { noise, prose } from '../support/terraform/prose.ts';
import type { ModuleInput } from '../support/terraform/stacks.ts';
import { openTemplate, type TemplateProject } from '../support/terraform/template.ts';
import type { State } from '../support/terraform/terraform.ts';

/** The longest argument or environment string, in bytes, that Linux accepts. */
const limit = 131_071;

let template: TemplateProject;
beforeAll(async () => {
  template = await openTemplate();
});
afterAll(() => template.close());

const agentapiBytes = (state: State) => Buffer.byteLength(scriptNamed(state, 'agentapi').script);

/** The module counts in threes. */
const upTo3 = (bytes: number) => Math.ceil(bytes / 3) * 3;

async function refusal(inputs: Record<string, ModuleInput>): Promise<string> {
  const error = await template.plan(inputs).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error('The plan was not refused.');
  return error.message;
}

/** The errors of a plan that refuses instances of the module with these inputs. */
async function refusals(cases: readonly Record<string, ModuleInput>[]): Promise<string[]> {
  const error = await template.planEach(Object.fromEntries(cases.entries())).catch((reason) => reason);
  if (!(error instanceof TerraformError)) throw new Error('The plan was not refused.');
  return error.diagnostics.map(({ detail }) => detail);
}

it('is the limit of this system', async () => {
  const pass = (bytes: number) => execa('true', ['x'.repeat(bytes)]);
  await expect(pass(limit)).resolves.toBeDefined();
  await expect(pass(limit + 1)).rejects.toThrow('E2BIG');
});

describe("AgentAPI's script", () => {
  it('takes a prompt of 135 KB of ordinary prose', async () => {
    const prompt = prose(135_000);
    const ratio = prompt.length / gzipSync(prompt).length;
    expect(ratio).toBeGreaterThan(2.5);
    expect(ratio).toBeLessThan(2.7);
    expect(agentapiBytes(await template.plan({ ai_prompt: prompt }))).toBeLessThanOrEqual(limit);
  });

  it.each<[string, Record<string, ModuleInput>]>([
    ['defaults', {}],
    [
      'everything that the script holds',
      {
        session_key: 'review',
        agentapi_port: 65535,
        state_file_path: '/data/ö/agentapi-state.json',
        pid_file_path: '/run/agentapi.pid',
        task_log_snapshot: false,
        enable_boundary: true,
        use_boundary_directly: true,
        boundary_version: 'v0.5.2',
        install_agentapi: false,
        enable_state_persistence: false,
        agentapi_version: 'latest',
      },
    ],
  ])(
    'is never longer than the plan says, and less than a kilobyte shorter, with %s',
    async (_name, inputs) => {
      const pre_install_script = 'x'.repeat(90_000);
      const said = Number(
        /would have about (\d+) bytes/.exec(await refusal({ ...inputs, pre_install_script }))?.[1],
      );
      // 30,000 bytes less make 40,000 less in base64.
      const shorter = await template.plan({ ...inputs, pre_install_script: 'x'.repeat(60_000) });
      const bytes = agentapiBytes(shorter) + 40_000;
      expect(said).toBeGreaterThanOrEqual(bytes);
      expect(said).toBeLessThan(bytes + 1024);
    },
  );

  const inputs: [string, Record<string, string>][] = [
    [
      'permissions',
      { permissions: JSON.stringify([{ tool: noise(90_000), action: 'ask' }]), ai_prompt: noise(20_000) },
    ],
    ['ai_prompt', { ai_prompt: noise(100_000), pre_install_script: 'x'.repeat(20_000) }],
    ['instruction_prompt', { ai_prompt: prose(80_000), instruction_prompt: noise(80_000) }],
    [
      'base_amp_config',
      { base_amp_config: JSON.stringify({ text: noise(90_000) }), ai_prompt: noise(30_000) },
    ],
    ['mcp', { mcp: JSON.stringify({ server: { command: noise(90_000) } }), ai_prompt: noise(20_000) }],
    ['pre_install_script', { pre_install_script: noise(80_000), ai_prompt: prose(40_000) }],
    ['post_install_script', { post_install_script: `#!/bin/sh\n${'😀'.repeat(25_000)}` }],
  ];
  it(`names the largest part: ${inputs.map(([name]) => name).join(', ')}`, async () => {
    const said = await refusals(inputs.map(([, values]) => values));
    expect(said).toHaveLength(inputs.length);
    for (const [name, values] of inputs) {
      const bytes = upTo3(Buffer.byteLength(values[name] ?? ''));
      const named = `takes up most of it is ${name}, with about ${bytes} bytes: shorten it by about \\d+ bytes`;
      expect(said).toContainEqual(expect.stringMatching(named));
    }
  });

  it.each(['ai_prompt', 'pre_install_script'])(
    'fits once %s is shortened by as much as the message says',
    async (name) => {
      const text = noise(120_000);
      const excess = Number(/shorten it by about (\d+) bytes/.exec(await refusal({ [name]: text }))?.[1]);
      expect(excess).toBeGreaterThan(1000);
      // "About": text does not compress evenly.
      const shortened = agentapiBytes(
        await template.plan({ [name]: text.slice(0, -Math.ceil(excess * 1.02)) }),
      );
      expect(shortened).toBeLessThanOrEqual(limit);
      expect(shortened).toBeGreaterThan(limit - 3000);
    },
  );
});

describe('without AgentAPI, the script that installs Amp', () => {
  const inputs = { enable_agentapi: false, post_install_script: prose(10_000) };

  it('has no room lost to encoding twice, and names what takes up most of it when it is too long', async () => {
    const text = noise(150_000);
    const message = await refusal({ ...inputs, pre_install_script: text });
    const excess = Number(
      /The script that installs Amp would have about 1\d{5} bytes, .* is pre_install_script, with about 150000 bytes: shorten it by about (\d+) bytes/.exec(
        message,
      )?.[1],
    );
    expect(excess).toBeGreaterThan(1000);
    const state = await template.plan({
      ...inputs,
      pre_install_script: text.slice(0, -Math.ceil(excess * 1.02)),
    });
    const bytes = Buffer.byteLength(scriptNamed(state, 'amp_install').script);
    expect(bytes).toBeLessThanOrEqual(limit);
    expect(bytes).toBeGreaterThan(limit - 3000);
  });
});

describe('an environment string of ours', () => {
  const longest = Math.floor((limit - 'AMP_MODULE_INSTRUCTIONS='.length) / 3) * 3;

  it('may be as long as the limit', async () => {
    await expect(template.plan({ instruction_prompt: 'x'.repeat(longest) })).resolves.toBeDefined();
  });

  const tooLong = [
    ['instruction_prompt', 'x'.repeat(longest + 1)],
    // 32,764 characters.
    ['instruction_prompt', `${'😀'.repeat(32_762)}xx`],
    ['base_amp_config', JSON.stringify({ text: 'x'.repeat(limit) })],
    ['mcp', JSON.stringify({ a: { url: 'x'.repeat(limit) } })],
  ] as const;
  it('is refused when it is longer, however it is written', async () => {
    const said = await refusals(tooLong.map(([name, value]) => ({ [name]: value })));
    expect(said).toHaveLength(tooLong.length);
    for (const [name, value] of tooLong) {
      const bytes = upTo3(Buffer.byteLength(value));
      const named = `Shorten ${name}, which has about ${bytes} bytes, by \\d{1,2} bytes\\.`;
      expect(said).toContainEqual(expect.stringMatching(named));
    }
  });
});

it('refuses a bundle that would not fit', async () => {
  const heavy = await openTemplate({ 'amp-session/start.cjs': `//${noise(130_000)}` });
  try {
    await expect(heavy.plan({})).rejects.toThrow(
      /places Amp's session command has \d{6} bytes, .* at most 131071/,
    );
  } finally {
    await heavy.close();
  }
});
