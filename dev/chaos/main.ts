// Runs many workspaces, each with crashes drawn from a seed: see docs/reliability.md.
//
//   npx tsx dev/chaos/main.ts --schedules 1000 --seed 1 [--jobs 2] [--runner] [--mutant <name>]
//   npx tsx dev/chaos/main.ts --replay <seed> [--runner] [--mutant <name>]
//   npx tsx dev/chaos/main.ts --steps
import { parseArgs } from 'node:util';
import { disposeAll } from '../../test/support/chaos/chaos-workspace.ts';
import { buildPrograms, type Programs } from '../../test/support/chaos/crash-build.ts';
import { live } from '../../test/support/chaos/life.ts';
import { MUTANTS } from '../../test/support/chaos/mutants.ts';
import { liveAsRunner } from '../../test/support/chaos/runner-life.ts';
import { RUNNER_MUTANTS } from '../../test/support/chaos/runner-mutants.ts';
import { drawRunnerSchedule } from '../../test/support/chaos/runner-schedule.ts';
import { drawSchedule } from '../../test/support/chaos/schedule.ts';
import type { Outcome } from '../../test/support/chaos/start.ts';
import { helpIfAsked } from '../help.ts';
import { listSteps } from './step-list.ts';

helpIfAsked();
const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '1' },
    replay: { type: 'string' },
    mutant: { type: 'string' },
    runner: { type: 'boolean', default: false },
    steps: { type: 'boolean', default: false },
  },
});

/** With a runner, schedules of another kind are drawn from the same seeds. */
const mutants = values.runner ? RUNNER_MUTANTS : MUTANTS;
const play = (seed: number, using: Programs): Promise<Outcome> =>
  values.runner ? liveAsRunner(drawRunnerSchedule(seed), using) : live(drawSchedule(seed), using);

const mutant = mutants.find(({ name }) => name === values.mutant) ?? null;
if (values.mutant !== undefined && mutant === null) {
  throw new Error(
    `There is no mutant '${values.mutant}', only: ${mutants.map(({ name }) => name).join(', ')}`,
  );
}
const programs = await buildPrograms(mutant);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    disposeAll();
    programs.dispose();
    process.exit(1);
  });
}
try {
  if (values.steps) for (const step of await listSteps(programs)) console.log(step);
  else if (values.replay !== undefined) await replay(Number(values.replay), programs);
  else await runAll(Number(values.seed), Number(values.schedules), programs);
} finally {
  programs.dispose();
}

async function replay(seed: number, using: Programs): Promise<void> {
  const outcome = await play(seed, using);
  console.log(outcome.log);
  tellViolations(outcome);
  if (outcome.violations.length === 0) console.log(`Schedule ${seed} keeps every promise.`);
}

/** Runs the schedules of consecutive seeds. */
async function runAll(first: number, count: number, using: Programs): Promise<void> {
  const begin = performance.now();
  const outcomes: Outcome[] = [];
  let next = first;
  const work = async (): Promise<void> => {
    while (next < first + count) {
      const outcome = await play(next++, using);
      outcomes.push({ ...outcome, log: '' });
      // A timed crash may not be reproducible, so this output is all the evidence there is.
      if (outcome.violations.length > 0) console.log(outcome.log);
      tellViolations(outcome);
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, work));
  tellSum(first, outcomes, (performance.now() - begin) / 1000);
}

function tellViolations({ seed, violations }: Outcome): void {
  if (violations.length > 0) process.exitCode = 1;
  for (const { check, detail } of violations) {
    console.log(`VIOLATION in schedule ${seed}: ${check}: ${detail}`);
  }
  const kind = values.runner ? ' --runner' : '';
  const option = `${kind}${mutant === null ? '' : ` --mutant '${mutant.name}'`}`;
  if (violations.length > 0) console.log(`  npx tsx dev/chaos/main.ts --replay ${seed}${option}`);
}

function tellSum(first: number, outcomes: readonly Outcome[], seconds: number): void {
  const crashes = outcomes.flatMap((outcome) => outcome.crashes);
  const kinds = new Map<string, number>();
  for (const crash of crashes) {
    const kind = crash.split(/[ :]/)[0] ?? crash;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const starts = outcomes.reduce((sum, outcome) => sum + outcome.starts, 0);
  const broken = outcomes.filter(({ violations }) => violations.length > 0).length;
  console.log(`schedules:  ${outcomes.length} (seeds ${first} to ${first + outcomes.length - 1})`);
  console.log(
    `starts:     ${starts} in ${seconds.toFixed(0)} s, ${Math.round((1000 * seconds) / starts)} ms each`,
  );
  console.log(`crashes:    ${crashes.length}, at ${new Set(crashes).size} different places`);
  for (const [kind, count] of [...kinds].sort()) console.log(`  ${kind.padEnd(10)}${count}`);
  const losses = outcomes.reduce((sum, outcome) => sum + outcome.losses, 0);
  console.log(`  of which ${losses} took bytes that were not synced`);
  console.log(`violations: ${broken}`);
}
