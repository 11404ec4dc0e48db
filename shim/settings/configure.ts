import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import type { InstallConfig } from '../environment/install.ts';
import { makePrivateFolder, readTextIfPresent, replaceFile, setAside } from '../system/files.ts';
import { isObject, type JsonObject } from '../system/json.ts';
import { say } from '../system/report.ts';
import { namesTo } from '../system/shapes.ts';
import { JsonFile } from './json-file.ts';
import { type Applied, hashOf, mergeManaged } from './merge.ts';

const MCP_SERVERS = 'amp.mcpServers';

const AppliedFile = z.object({
  settings: namesTo(z.string()),
  mcpServers: namesTo(z.string()),
  instructions: z.nullable(z.string()),
});
type AppliedFile = z.infer<typeof AppliedFile>;

/**
 * Brings Amp's settings, its instructions and its first-run mark to what the template wants, and leaves alone what the
 * user changed. What was set last is remembered as hashes, so that the two can be told apart.
 * @returns whether everything could be done.
 */
export function configure(config: InstallConfig): boolean {
  const appliedPath = join(config.stateFolder, 'applied.json');
  const before = readApplied(appliedPath);
  const settings = mergeSettings(config, before);
  const instructions = writeInstructions(config, before.instructions);
  const tour = dismissTour(config.home);
  replaceFile(
    appliedPath,
    JSON.stringify({
      settings: settings.settings,
      mcpServers: settings.mcpServers,
      instructions: instructions.hash,
    }),
  );
  return settings.done && instructions.done && tour;
}

function mergeSettings(config: InstallConfig, before: AppliedFile) {
  const file = new JsonFile(config.settingsFile);
  if (file.content === null) {
    say(
      `${config.settingsFile} is not valid JSON, and Amp will not start until it is. It was left as it is, and nothing of the template was put into it.`,
    );
    return { settings: before.settings, mcpServers: before.mcpServers, done: false };
  }
  const { [MCP_SERVERS]: baseServers, ...baseSettings } = config.baseConfig;
  const { [MCP_SERVERS]: currentServers, ...current } = file.content;
  const settings = mergeManaged(current, baseSettings, before.settings);
  const wantedServers = { ...asObject(baseServers), coder: CODER_SERVER, ...config.mcpServers };
  const applied = withOlderModulesServer(asObject(currentServers), before.mcpServers);
  const servers = mergeManaged(asObject(currentServers), wantedServers, applied);
  file.write({ ...settings.merged, [MCP_SERVERS]: servers.merged });
  return { settings: settings.applied, mcpServers: servers.applied, done: true };
}

/**
 * The MCP server with which the agent reports its progress to Coder, as coder-labs/sourcegraph-amp 3.0.0 sets it up, but
 * for the token and the URL: those it has from the environment it is started in.
 */
const CODER_SERVER: JsonObject = { command: 'coder', args: ['exp', 'mcp', 'server'], type: 'stdio' };

/** On a volume that the older module left, its `coder` server is ours to replace: it carries a token that has expired. */
function withOlderModulesServer(servers: JsonObject, applied: Applied): Applied {
  const left = asObject(servers['coder']);
  const isTheirs = left['command'] === 'coder' && 'CODER_AGENT_TOKEN' in asObject(left['env']);
  return isTheirs ? { ...applied, coder: hashOf(left) } : applied;
}

function writeInstructions(
  config: InstallConfig,
  applied: string | null,
): { hash: string | null; done: boolean } {
  const path = join(config.home, '.config/AGENTS.md');
  const current = readTextIfPresent(path);
  if (config.instructions === '') return { hash: applied, done: true };
  const hash = hashOf(config.instructions);
  // coder-labs/sourcegraph-amp 3.0.0 wrote them with `echo`: with a line break at the end they are still the template's.
  const isOurs =
    current === null || hashOf(current) === applied || current.trimEnd() === config.instructions.trimEnd();
  if (isOurs) {
    if (current !== config.instructions) {
      makePrivateFolder(dirname(path));
      replaceFile(existsSync(path) ? realpathSync(path) : path, config.instructions);
    }
    return { hash, done: true };
  }
  say(`${path} was written by somebody else and is kept; the template's instruction_prompt is not used.`);
  return { hash: applied, done: true };
}

/** In a home that never ran it, Amp opens with a tour that swallows what AgentAPI types (test/conformance/README.md). */
function dismissTour(home: string): boolean {
  const path = join(home, '.local/share/amp/session.json');
  const file = new JsonFile(path);
  if (file.content === null) {
    say(
      `${path} is not JSON and was left as it is. If Amp shows its tour, press Space in its terminal once.`,
    );
    return false;
  }
  file.write({ ...file.content, neoWelcomeDismissed: true });
  return true;
}

function readApplied(path: string): AppliedFile {
  const nothing: AppliedFile = { settings: {}, mcpServers: {}, instructions: null };
  if (!existsSync(path)) return nothing;
  const parsed = AppliedFile.safeParse(new JsonFile(path).content);
  if (parsed.success) return parsed.data;
  say(
    `${path} could not be read and was set aside as ${setAside(path, new Date())}; every setting counts as the user's now.`,
  );
  return nothing;
}

function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}
