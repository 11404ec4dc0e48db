import { parseSettings } from './flags.ts';
import { Refusal } from './refusal.ts';
import { serve } from './serve.ts';

async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  if (command !== 'server') throw new Refusal(`unknown command "${command ?? ''}" for "agentapi"`);
  return serve(parseSettings(rest, process.env));
}

main(process.argv.slice(2)).then(
  // The pseudo-terminal or an open connection would keep the process alive.
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Refusal ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
