import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** What stands in place of a part that the system does not tell. */
const UNKNOWN = '0';

let ours: string | undefined;

/**
 * In which boot of which machine, and in which PID namespace, this process's number counts: `<boot
 * ID>.<namespace>.<host name>`. A virtual machine that boots the same way each time repeats numbers and start
 * ticks, and containers that share a home count on their own. Letters, digits, hyphens and underscores only,
 * so that it may stand in a file's name; scripts/install-lock.sh writes the same.
 */
export function machineOfThisProcess(): string {
  ours ??= [
    bootId(),
    pidNamespace(),
    hostname()
      .replace(/[^\w-]/g, '_')
      .slice(0, 64),
  ].join('.');
  return ours;
}

/**
 * Where a recorded machine is, seen from here: the same one (look at its processes), one that has ended (the
 * same host, booted since), or another, of which nothing is known.
 */
export function relationTo(machine: string): 'same' | 'ended' | 'elsewhere' {
  const here = machineOfThisProcess();
  if (machine === here) return 'same';
  const [boot, namespace, host] = machine.split('.');
  const [ourBoot, ourNamespace, ourHost] = here.split('.');
  const isKnown = boot !== UNKNOWN && namespace !== UNKNOWN;
  // A host may be renamed while it runs.
  if (isKnown && boot === ourBoot && namespace === ourNamespace) return 'same';
  // A sandbox without /proc doesn't know its boot: one beside it is not an earlier one.
  const areBootsKnown = boot !== UNKNOWN && ourBoot !== UNKNOWN;
  return areBootsKnown && boot !== ourBoot && host === ourHost ? 'ended' : 'elsewhere';
}

/** The host's name within a recorded machine, for a person. */
export function hostOf(machine: string): string {
  return machine.split('.')[2] ?? machine;
}

function bootId(): string {
  return read(() => /^[0-9a-f-]+/.exec(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'))?.[0]);
}

/** proc(5): the link's text is `pid:[<inode>]`. */
function pidNamespace(): string {
  return read(() => /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0]);
}

function read(part: () => string | undefined): string {
  try {
    return part() ?? UNKNOWN;
  } catch {
    // No /proc, or one that tells less, as in some sandboxes.
    return UNKNOWN;
  }
}
