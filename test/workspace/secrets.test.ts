import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../support/folders.ts';
import { coderScripts } from '../support/terraform/terraform.ts';
import { ampThatFirst } from '../support/workspace/crash.ts';
import { AGENT_TOKEN } from '../support/workspace/environment.ts';
import { processesOf } from '../support/workspace/machine.ts';
import { chatShows, fixtureOfFile, threadIn } from './fixture.ts';

const { amp, workspace } = await fixtureOfFile();

/** How often the process list is sampled. Calls to Amp are recorded separately, however short. */
const SAMPLE_MS = 50;

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : [];
  });
}

describe('I6: the API key and the agent token', () => {
  it('never appear in a script, log, argument or file that others can read, over a whole life cycle with failures', async () => {
    const secrets = [amp.apiKey, AGENT_TOKEN];
    const holds = (text: string) => secrets.some((secret) => text.includes(secret));
    const noted = join(temporaryFolder(), 'calls');
    const ampFolder = ampThatFirst(`tr '\\0' ' ' </proc/$$/cmdline >>'${noted}'`);
    const dev = await workspace({ ampFolder, inputs: { ai_prompt: 'fix it', report_tasks: true } });
    const said: string[] = [];

    const scripts = coderScripts(await dev.provision());
    const args = new Set<string>();
    const sampling = setInterval(() => {
      for (const { args: words } of processesOf(dev.home)) args.add(words.join(' '));
    }, SAMPLE_MS);
    onTestFinished(() => clearInterval(sampling));
    const started = await dev.runStartScripts();
    said.push(...started.scripts.map(({ output }) => output));
    await chatShows(dev, 'fix it');
    amp.removeThread(threadIn(dev.agentArgs()));
    said.push(...(await dev.stop()).map(({ output }) => output));
    said.push(...(await dev.start()).scripts.map(({ output }) => output));
    dev.crash();
    clearInterval(sampling);

    args.add(readFileSync(noted, 'utf8'));
    const seen = [...args].join('\n');
    for (const command of ['threads new', 'threads archive', 'threads continue', 'server --type amp']) {
      expect(seen).toContain(command);
    }
    expect(scripts.filter(({ script }) => holds(script))).toEqual([]);
    expect(said.filter(holds)).toEqual([]);
    expect([...args].filter(holds)).toEqual([]);
    const { resources } = JSON.parse(dev.terraformState) as { resources: { type: string }[] };
    const holding = resources.filter((resource) => holds(JSON.stringify(resource)));
    expect(holding.map(({ type }) => type)).toEqual(['coder_env']);
    const files = filesBelow(dev.home);
    expect(files.length).toBeGreaterThan(10);
    expect(files.filter((path) => holds(readFileSync(path, 'latin1')))).toEqual([]);

    // Nobody else can read what is stored.
    const open = ['sessions', 'bundle']
      .map((name) => join(dev.stateFolder, name))
      .concat(join(dev.home, '.config/amp'))
      .flatMap((folder) => [folder, ...filesBelow(folder)])
      .filter((path) => (statSync(path).mode & 0o077) !== 0);
    expect(open).toEqual([]);
  });
});
