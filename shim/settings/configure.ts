import { join } from 'node:path';
import * as z from 'zod/mini';
import type { InstallConfig } from '../environment/install.ts';
import { replaceFile, setAside, tryToReadText } from '../system/files.ts';
import { isObject, type JsonObject, parseJson } from '../system/json.ts';
import { reasonOf, say } from '../system/report.ts';
import { namesTo } from '../system/shapes.ts';
import { instructionsPath, writeInstructions } from './instructions.ts';
import { type Jsonc, JsonFile } from './json-file.ts';
import { type Applied, hashOf, mergeManaged } from './merge.ts';

const MCP_SERVERS = 'amp.mcpServers';

const AppliedFile = z.object({
  settings: namesTo(z.string()),
  mcpServers: namesTo(z.string()),
  instructions: z.nullable(z.string()),
});
type AppliedFile = z.infer<typeof AppliedFile>;

/**
 * Applies the template's Amp settings, instructions and first-run mark without touching what the user
 * changed. Hashes of the values last applied tell the two apart.
 * @returns whether everything was applied.
 */
export function configure(config: InstallConfig, jsonc: Jsonc): boolean {
  const appliedPath = join(config.stateFolder, 'applied.json');
  const before = readApplied(appliedPath);
  const untouched = { settings: before.settings, mcpServers: before.mcpServers, done: false };
  const settings = attempt(config.settingsFile, untouched, () => mergeSettings(config, before, jsonc));
  const failed = { hash: before.instructions, done: false };
  const instructions = attempt(instructionsPath(config.home), failed, () => ({
    hash: writeInstructions(config.home, config.instructions, before.instructions),
    done: true,
  }));
  const sessionPath = join(config.folders.data, 'session.json');
  const tour = attempt(sessionPath, false, () => dismissTour(sessionPath, jsonc));
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

/** A problem with one file (a symlink loop, no permission, a full disk) must not stop the others. */
function attempt<T>(path: string, otherwise: T, work: () => T): T {
  try {
    return work();
  } catch (error) {
    say(`${path} could not be updated (${reasonOf(error)}) and was left unchanged.`);
    return otherwise;
  }
}

function mergeSettings(config: InstallConfig, before: AppliedFile, jsonc: Jsonc) {
  const file = new JsonFile(config.settingsFile, jsonc);
  if (file.content === null) {
    say(
      `${config.settingsFile} is not valid JSON, and Amp will not start until it is. It was left unchanged, without the template's settings.`,
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
 * The MCP server with which the agent reports its progress to Coder, as coder-labs/sourcegraph-amp 3.0.0 sets
 * it up, but for the token and the URL: those it has from the environment it is started in.
 */
const CODER_SERVER: JsonObject = { command: 'coder', args: ['exp', 'mcp', 'server'], type: 'stdio' };

/**
 * On a volume that the older module left, its `coder` server is ours to replace: it carries a token that has
 * expired.
 */
function withOlderModulesServer(servers: JsonObject, applied: Applied): Applied {
  const left = asObject(servers['coder']);
  const isTheirs = left['command'] === 'coder' && 'CODER_AGENT_TOKEN' in asObject(left['env']);
  return isTheirs ? { ...applied, coder: hashOf(left) } : applied;
}

/**
 * In a home that never ran it, Amp opens with a tour that swallows what AgentAPI types
 * (test/conformance/README.md).
 */
function dismissTour(path: string, jsonc: Jsonc): boolean {
  const file = new JsonFile(path, jsonc);
  if (file.content === null) {
    say(
      `${path} is not JSON and was left unchanged. If Amp shows its tour, press Space in its terminal once.`,
    );
    return false;
  }
  file.write({ ...file.content, neoWelcomeDismissed: true });
  return true;
}

function readApplied(path: string): AppliedFile {
  const nothing: AppliedFile = { settings: {}, mcpServers: {}, instructions: null };
  const reading = tryToReadText(path);
  if (reading.kind === 'none') return nothing;
  const parsed = AppliedFile.safeParse(reading.kind === 'text' ? parseJson(reading.text) : null);
  if (parsed.success) return parsed.data;
  say(
    `${path} could not be read and was set aside as ${setAside(path, new Date())}; all settings now count as the user's.`,
  );
  return nothing;
}

function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}
