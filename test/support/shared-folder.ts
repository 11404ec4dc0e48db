import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { realAmpDir } from './amp/real-amp.ts';
import { temporaryFolder } from './folders.ts';

/** Another user, to whom the folder's default ACL gives everything. */
const OTHER_USER = 54_321;

/** Tags of an ACL's entries (acl(5)): what everybody in the folder gets, and the other user. */
const ENTRIES = [
  { tag: 0x01, rights: 7, id: 0xffffffff },
  { tag: 0x02, rights: 7, id: OTHER_USER },
  { tag: 0x04, rights: 7, id: 0xffffffff },
  { tag: 0x10, rights: 7, id: 0xffffffff },
  { tag: 0x20, rights: 5, id: 0xffffffff },
] as const;

/** The command prefix of a program that lets a group write what it makes. */
export const FOR_GROUP: readonly string[] = ['bash', '-c', 'umask 0002 && exec "$@"', 'umask'];

/** Makes a folder as groups share one: setgid, writable for all of them. */
export function shareWithGroup(folder: string): void {
  chmodSync(folder, 0o2775);
}

/** Gives a folder a default ACL, which counts instead of the umask for all that is made below it. */
export function giveDefaultAcl(folder: string): void {
  const acl = Buffer.alloc(4 + ENTRIES.length * 8);
  acl.writeUInt32LE(2, 0);
  ENTRIES.forEach(({ tag, rights, id }, index) => {
    acl.writeUInt16LE(tag, 4 + index * 8);
    acl.writeUInt16LE(rights, 6 + index * 8);
    acl.writeUInt32LE(id, 8 + index * 8);
  });
  // Node can't call that, and few machines have setfacl; Amp's executable is a Bun, which calls anything.
  const program = join(temporaryFolder(), 'acl.ts');
  writeFileSync(
    program,
    `import { dlopen, ptr } from 'bun:ffi';
const { symbols } = dlopen('libc.so.6', { setxattr: { args: ['ptr', 'ptr', 'ptr', 'u64', 'i32'], returns: 'i32' } });
const acl = Buffer.from('${acl.toString('hex')}', 'hex');
const text = (value: string) => ptr(Buffer.from(value + '\\0'));
process.exitCode = symbols.setxattr(text(process.argv[2] ?? ''), text('system.posix_acl_default'), ptr(acl), acl.length, 0) === 0 ? 0 : 1;
`,
  );
  execFileSync(join(realAmpDir(), 'amp'), ['run', program, folder], {
    env: { ...process.env, BUN_BE_BUN: '1' },
    stdio: 'ignore',
  });
}
