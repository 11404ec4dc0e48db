import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** A loopback stand-in for hosts on the internet, over HTTPS. */
export type Internet = {
  /** Host and path of every request so far. */
  readonly requests: readonly string[];
  /** Sets the answers from now on; null stops everything, which to curl looks like being offline. */
  readonly answer: (listener: RequestListener | null) => Promise<void>;
  /** Lines of curl's own configuration (~/.curlrc) that redirect it here. */
  readonly curlrc: string;
  /** The certificate of the authority, for what doesn't read ~/.curlrc. */
  readonly authority: string;
  readonly port: number;
  readonly close: () => Promise<void>;
};

/**
 * Stands in for hosts on the internet, with a certificate authority that curl is configured to trust.
 * The caller closes it.
 * @param folder for keys and certificates; the workspace's user must be able to read it.
 */
export async function startInternet(folder: string, hosts: readonly string[]): Promise<Internet> {
  const { authority, ...pair } = makeCertificates(folder, hosts);
  const requests: string[] = [];
  let listener: RequestListener | null = null;
  const server = createServer(pair, (request, response) => {
    requests.push(`${request.headers.host}${request.url}`);
    if (listener === null) request.socket.destroy();
    else listener(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    if (!server.listening) return;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return {
    requests,
    answer: async (next) => {
      listener = next;
      if (next === null) return close();
      if (!server.listening) await once(server.listen(port, '127.0.0.1'), 'listening');
    },
    curlrc: [
      `cacert = "${authority}"`,
      'noproxy = "*"',
      ...hosts.map((host) => `connect-to = "${host}:443:127.0.0.1:${port}"`),
    ].join('\n'),
    authority,
    port,
    close,
  };
}

function makeCertificates(folder: string, hosts: readonly string[]) {
  const file = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  writeFileSync(file('names'), `subjectAltName = ${hosts.map((host) => `DNS:${host}`).join(', ')}\n`);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-subj',
    '/CN=test',
    '-days',
    '2',
  );
  openssl('req', ...newKey, '-keyout', 'key.pem', '-out', 'request.pem', '-subj', '/CN=test');
  const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names', '-days', '2'];
  openssl('x509', '-req', '-in', 'request.pem', ...signing, '-out', 'cert.pem');
  return {
    authority: file('ca.pem'),
    key: readFileSync(file('key.pem')),
    cert: readFileSync(file('cert.pem')),
  };
}
