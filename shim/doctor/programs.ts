import { existsSync } from 'node:fs';
import { openerOf } from '../agent/opener.ts';
import { listThreads } from '../amp/calls.ts';
import { outcomeOf } from '../amp/outcome.ts';
import { currentFolder } from '../environment/launcher.ts';
import type { Key } from '../key/key.ts';
import { readRunner } from '../store/runner.ts';
import { callProgram } from '../system/call.ts';
import { type Finding, note, ok, problem } from './finding.ts';

/** Timeouts, in milliseconds. Printing a version takes about 500. */
const VERSION_MS = 10_000;
const LIST_MS = 15_000;

/** Amp's report of a settings file that it can't read, be it in the work folder (test/conformance/README.md). */
const SETTINGS = /^Error: (Invalid JSON in settings file .*)$/m;

/** Checks the programs that this one needs. */
export async function checkPrograms(key: Key): Promise<Finding[]> {
  const agentapi = existsSync(openerOf(key.config)) ? [] : [checkAgentApi()];
  const [amp, ...others] = await Promise.all([checkAmp(key), ...agentapi]);
  return [checkRuntime(), ...amp, ...others];
}

function checkRuntime(): Finding {
  const { bun } = process.versions;
  return ok('runtime', bun === undefined ? `Node ${process.versions.node}` : `Bun ${bun}`);
}

async function checkAmp(key: Key): Promise<Finding[]> {
  const version = await versionOf('amp');
  if (version === null) {
    return [
      problem(
        'amp',
        "amp is not on the PATH, or doesn't run",
        "Set install_amp in the template, or add amp to the image. 'amp-session logs' says what happened.",
      ),
    ];
  }
  // Where the agent runs: a settings file in a checkout stops Amp only there.
  const folder = readRunner(key.paths.runner)?.agent?.workdir ?? currentFolder();
  const run = await listThreads(key.amp(folder), LIST_MS);
  const [, unreadable = null] = SETTINGS.exec(run.stderr) ?? [];
  if (run.exitCode !== 0 && unreadable !== null) {
    return [
      problem(
        'amp',
        `${version} can't start in ${folder}: ${unreadable}`,
        'Fix that file: it must be JSON, not empty and without a byte-order mark.',
      ),
    ];
  }
  const outcome = outcomeOf(run, null);
  // Versions before 2026-05 refuse --json, so they are reported here as not logged in.
  if (outcome.kind === 'ok') return [ok('amp', version), ok('log-in', 'logged in to Amp')];
  const why = outcome.kind === 'unsure' ? outcome.why : "Amp's servers answered 'not found'";
  return [ok('amp', version), problem('log-in', why, 'Set amp_api_key in the template, or run: amp login')];
}

async function checkAgentApi(): Promise<Finding> {
  const version = await versionOf('agentapi');
  if (version === null) {
    return problem(
      'agentapi',
      'agentapi is not on the PATH',
      "'amp-session logs' says what happened. If its download failed, set agentapi_download_url to a mirror or add agentapi to the image; if install_agentapi is false, set it.",
    );
  }
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)\./.exec(version) ?? [];
  // State persistence came with 0.12.0.
  const keeps = Number(major) > 0 || Number(minor) >= 12;
  return keeps
    ? ok('agentapi', version)
    : note(
        'agentapi',
        `${version} can't keep the chat across restarts`,
        'Set agentapi_version to v0.12.0 or later.',
      );
}

async function versionOf(program: string): Promise<string | null> {
  const { exitCode, stdout } = await callProgram({
    program,
    args: ['--version'],
    cwd: currentFolder(),
    milliseconds: VERSION_MS,
    secrets: [],
  });
  return exitCode === 0 ? (stdout.split('\n')[0] ?? '') : null;
}
