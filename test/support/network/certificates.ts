import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext, type SecureContext, type TlsOptions } from 'node:tls';
import { promisify } from 'node:util';

/** A certificate authority of a test. */
export type Authority = {
  /** The file with its certificate. */
  readonly file: string;
  /** How a server finds the certificate of any host, made when it is first asked for. */
  readonly sni: NonNullable<TlsOptions['SNICallback']>;
};

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Makes one with openssl. @param folder for its files; who trusts it must be able to read it. */
export function makeAuthority(folder: string): Authority {
  const file = (name: string) => join(folder, name);
  const make = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const subject = ['-subj', '/CN=the tests', '-days', '2'];
  make('req', '-x509', ...NEW_KEY, '-keyout', 'ca.key', '-out', 'ca.pem', ...subject);
  make('req', ...NEW_KEY, '-keyout', 'key.pem', '-out', 'request.pem', '-subj', '/CN=a host');
  const made = new Map<string, Promise<SecureContext>>();
  const create = async (host: string) => {
    writeFileSync(file(`${host}.names`), `subjectAltName = DNS:${host}\n`);
    const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-extfile', `${host}.names`, '-days', '2'];
    const args = ['x509', '-req', '-in', 'request.pem', ...signing, '-out', `${host}.pem`];
    await promisify(execFile)('openssl', args, { cwd: folder });
    return createSecureContext({
      key: readFileSync(file('key.pem')),
      cert: readFileSync(file(`${host}.pem`)),
    });
  };
  return {
    file: file('ca.pem'),
    sni: (host, done) => {
      const known = made.get(host) ?? create(host);
      made.set(host, known);
      known.then(
        (context) => done(null, context),
        (error: Error) => done(error),
      );
    },
  };
}
