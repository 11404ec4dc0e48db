import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { makeAuthority } from './network/certificates.ts';
import { listen } from './ports.ts';

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
  const authority = makeAuthority(folder);
  const requests: string[] = [];
  let listener: RequestListener | null = null;
  const server = createServer({ SNICallback: authority.sni }, (request, response) => {
    requests.push(`${request.headers.host}${request.url}`);
    if (listener === null) request.socket.destroy();
    else listener(request, response);
  });
  const port = await listen(server);
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
      `cacert = "${authority.file}"`,
      'noproxy = "*"',
      ...hosts.map((host) => `connect-to = "${host}:443:127.0.0.1:${port}"`),
    ].join('\n'),
    authority: authority.file,
    port,
    close,
  };
}
