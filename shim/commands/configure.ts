import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { type Applied, hashOf, mergeManaged } from '../decide/settings.ts';
import type { InstallConfig } from '../environment.ts';
import type { JsonObject } from '../store/seal.ts';
import { makePrivateFolder, readTextIfPresent, replaceFile } from '../system/files.ts';
import { say } from '../system/report.ts';

const MCP_SERVERS = 'amp.mcpServers';
/** Amp's settings may hold tokens of MCP servers (invariant I6). */
const SETTINGS_MODE = 0o600;

const AppliedFile = z.object({
  settings: z.record(z.string(), z.string()),
  mcpServers: z.record(z.string(), z.string()),
  instructions: z.nullable(z.string()),
});
type AppliedFile = z.infer<typeof AppliedFile>;

/**
 * Brings Amp's settings, its instructions and its first-run mark to what the template wants, and leaves alone what the
 * user changed. What was set last is remembered as hashes, so that the two can be told apart.
 * @returns whether everything could be done.
 */
export function configure(config: InstallConfig): boolean {
  const appliedPath = join(config.moduleFolder, 'applied.json');
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
  const current = readObject(config.settingsFile);
  if (current === null) {
    say(
      `${config.settingsFile} is not plain JSON. It was left as it is, and nothing of the template was put into it.`,
    );
    return { settings: before.settings, mcpServers: before.mcpServers, done: false };
  }
  const { [MCP_SERVERS]: baseServers, ...baseSettings } = config.baseConfig;
  const settings = mergeManaged(withoutServers(current), baseSettings, before.settings);
  const wantedServers = { ...asObject(baseServers), coder: coderServer(config), ...config.mcpServers };
  const applied = withOlderModulesServer(current, before.mcpServers);
  const servers = mergeManaged(asObject(current[MCP_SERVERS]), wantedServers, applied);
  writeObject(
    config.settingsFile,
    current,
    { ...settings.merged, [MCP_SERVERS]: servers.merged },
    SETTINGS_MODE,
  );
  return { settings: settings.applied, mcpServers: servers.applied, done: true };
}

/**
 * The MCP server with which the agent reports its progress to Coder, as coder-labs/sourcegraph-amp 3.0.0 sets it up, but
 * for the token and the URL: those it has from the environment it is started in.
 */
function coderServer(config: InstallConfig): JsonObject {
  return {
    command: 'coder',
    args: ['exp', 'mcp', 'server'],
    type: 'stdio',
    env: {
      CODER_MCP_APP_STATUS_SLUG: config.reportTasks ? config.slug : '',
      CODER_MCP_AI_AGENTAPI_URL: config.reportTasks ? `http://localhost:${config.port}` : '',
    },
  };
}

/** On a volume that the older module left, its `coder` server is ours to replace: it carries a token that has expired. */
function withOlderModulesServer(current: JsonObject, applied: Applied): Applied {
  const left = asObject(current[MCP_SERVERS])['coder'];
  const theirs = asObject(left);
  const isTheirs = theirs['command'] === 'coder' && 'CODER_AGENT_TOKEN' in asObject(theirs['env']);
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
  if (current === null || hashOf(current) === applied) {
    if (current !== config.instructions) {
      makePrivateFolder(dirname(path));
      replaceFile(target(path), config.instructions);
    }
    return { hash, done: true };
  }
  if (current !== config.instructions) {
    say(`${path} was written by somebody else and is kept; the template's instruction_prompt is not used.`);
  }
  return { hash: applied, done: true };
}

/** In a home that never ran it, Amp opens with a tour that swallows what AgentAPI types (facts: amp-cli, 2026-09). */
function dismissTour(home: string): boolean {
  const path = join(home, '.local/share/amp/session.json');
  const current = readObject(path);
  if (current === null) {
    say(
      `${path} is not JSON and was left as it is. If Amp shows its tour, press Space in its terminal once.`,
    );
    return false;
  }
  makePrivateFolder(dirname(path));
  writeObject(path, current, { ...current, neoWelcomeDismissed: true }, SETTINGS_MODE);
  return true;
}

function readApplied(path: string): AppliedFile {
  const parsed = AppliedFile.safeParse(readObject(path));
  return parsed.success ? parsed.data : { settings: {}, mcpServers: {}, instructions: null };
}

/** A file's JSON object; an empty one for no file, null for anything else. */
function readObject(path: string): JsonObject | null {
  const text = readTextIfPresent(path);
  if (text === null || text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function writeObject(path: string, before: JsonObject, after: JsonObject, mode: number): void {
  if (existsSync(path) && JSON.stringify(before) === JSON.stringify(after)) return;
  makePrivateFolder(dirname(path));
  replaceFile(target(path), `${JSON.stringify(after, null, 2)}\n`, mode);
}

/** Settings that are a link (into a dotfiles repository, say) stay one: the file behind it is replaced. */
function target(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}

function withoutServers({ [MCP_SERVERS]: _, ...rest }: JsonObject): JsonObject {
  return rest;
}

function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
