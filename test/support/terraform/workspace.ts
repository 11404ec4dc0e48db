import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import { isolatedEnvironment } from './environment.ts';
import type { CoderScript } from './terraform.ts';

/** A home in which scripts run as under Coder's agent, with the fake AgentAPI on PATH. */
export interface FakeWorkspace {
  home: string;
  /** Runs a script as one argument of bash; the result has its exit code and output. */
  run(script: CoderScript): Promise<{ exitCode: number | undefined; all: string }>;
  /** The contents of a file below the home. */
  read(file: string): Promise<string>;
  close(): Promise<void>;
}

/** @param agentapi the version that the fake AgentAPI reports, or undefined for none on PATH */
export async function fakeWorkspace(agentapi: string | undefined): Promise<FakeWorkspace> {
  const home = await mkdtemp(path.join(tmpdir(), 'amp-workspace-'));
  const bin = path.join(home, 'bin');
  await mkdir(bin);
  if (agentapi !== undefined) {
    await copyFile(path.join(import.meta.dirname, 'fake-agentapi.mjs'), path.join(bin, 'agentapi'));
  }
  const env = isolatedEnvironment(home, {
    PATH: `${bin}:${path.dirname(process.execPath)}:/usr/bin:/bin`,
    FAKE_AGENTAPI_VERSION: agentapi ?? '',
  });
  return {
    home,
    async run({ script }) {
      const { exitCode, all } = await execa('bash', ['-c', script], {
        env,
        extendEnv: false,
        reject: false,
        all: true,
      });
      return { exitCode, all };
    },
    read: (file) => readFile(path.join(home, file), 'utf8'),
    close: () => rm(home, { recursive: true, force: true }),
  };
}
