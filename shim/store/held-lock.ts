import { utimesSync } from 'node:fs';
import { EXIT, Refusal } from '../system/exit.ts';
import { replaceFile } from '../system/files.ts';
import { identifyProcess } from '../system/processes.ts';
import { keepRenewing } from './lease.ts';
import { createLockFile, highestLock, lockFile, tidyLockFile } from './lock-files.ts';

/**
 * A lock that this process has taken. A process that was stopped for longer than the lease time (lease.ts), as
 * in a paused container, may have lost it to one in another container without noticing: whoever is about to do
 * something that only the owner may do looks first (`check`).
 */
export class HeldLock {
  readonly #folder: string;
  readonly #number: number;
  readonly #stopRenewing: () => void;
  /** The process that the lock was passed to. */
  #heir: number | null = null;

  /** @param number of the lock's file, which this process has created. */
  constructor(folder: string, number: number) {
    this.#folder = folder;
    this.#number = number;
    this.#stopRenewing = keepRenewing(lockFile(folder, number), (path) => this.#renew(path));
  }

  /** Whether nobody else has taken the lock since. */
  get isOurs(): boolean {
    try {
      return highestLock(this.#folder) === this.#number;
    } catch {
      // The folder is gone, and the lock with it.
      return false;
    }
  }

  /**
   * Makes sure that the lock is still ours, right before something that only its owner may do.
   * @throws Refusal if somebody else has taken it.
   */
  check(): void {
    if (this.isOurs) return;
    throw new Refusal(
      EXIT.busy,
      `This process was stopped for so long that another one took over (${this.#folder}). What was done until then is kept, and nothing more was; try again.`,
    );
  }

  /**
   * Passes the lock to a process that this one has started: if we are killed, it stays held until that process
   * ends. It is still released by this one. If the lock is lost, that process is told to end.
   * @throws Refusal if the lock is no longer ours, and an error of the file system.
   */
  passTo(pid: number): void {
    if (!this.isOurs) endProcess(pid);
    this.check();
    this.#heir = pid;
    const owner = identifyProcess(pid);
    if (owner !== null) replaceFile(lockFile(this.#folder, this.#number), JSON.stringify(owner));
  }

  /** Releases the lock. */
  release(): void {
    this.#stopRenewing();
    this.#heir = null;
    try {
      // Nobody else creates the next number while the owner of this one lives. If we have lost it, the number
      // has moved on by itself.
      if (this.isOurs) createLockFile(this.#folder, this.#number + 1, { released: true });
    } catch {
      // No room for the marker. Without it the number goes down, which is safe except with a process that
      // looked long ago; keeping the lock until we exit would block this very start.
    }
    tidyLockFile(this.#folder, this.#number);
  }

  #renew(path: string): void {
    const now = new Date();
    if (this.#heir === null || this.isOurs) utimesSync(path, now, now);
    else endProcess(this.#heir);
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It has just ended.
  }
}
