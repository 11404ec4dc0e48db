import { createReadStream, mkdirSync, statSync, truncateSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { AMP_FILE, DOWNLOAD_HOSTS, INSTALLER } from '../../test/support/amp/installer.ts';
import { realAmpDir } from '../../test/support/amp/real-amp.ts';
import { type Internet, startInternet } from '../../test/support/internet.ts';
import { makeProgram } from '../../test/support/script.ts';
import { AGENTAPI } from './programs.ts';

/** Size of AgentAPI 0.12.1 for Linux on amd64, in bytes: what `go build` makes of the release's tag. */
const AGENTAPI_BYTES = 14_412_186;

/** GitHub and Amp's download servers, on loopback. */
export type DownloadServers = {
  /** Lines of ~/.curlrc that redirect curl to them. */
  readonly curlrc: string;
  /** Number of bytes served since the last call. */
  readonly served: () => number;
  /** Takes them off the network, or back on. */
  readonly setOnline: (online: boolean) => Promise<void>;
  readonly close: () => Promise<void>;
};

/**
 * Starts servers that have a stub of AgentAPI, as large as the real one, and the real Amp.
 * @param root a folder to keep their files in.
 */
export async function startDownloadServers(root: string): Promise<DownloadServers> {
  const folder = join(root, 'downloads');
  mkdirSync(folder);
  const agentapi = join(folder, 'agentapi');
  makeProgram(agentapi, AGENTAPI);
  // Bash reads no further than `exit`.
  truncateSync(agentapi, AGENTAPI_BYTES);
  let served = 0;
  const answer: RequestListener = (request, response) => {
    const address = `${request.headers.host}${request.url}`;
    const send = (file: string) => {
      served += statSync(file).size;
      createReadStream(file).pipe(response);
    };
    if (address === 'ampcode.com/install.sh') {
      served += INSTALLER.length;
      response.end(INSTALLER);
    } else if (address === AMP_FILE) send(join(realAmpDir(), 'amp'));
    else if (address.startsWith('github.com/coder/agentapi/releases/')) send(agentapi);
    else response.writeHead(404).end();
  };
  const internet: Internet = await startInternet(folder, DOWNLOAD_HOSTS);
  await internet.answer(answer);
  return {
    curlrc: internet.curlrc,
    served: () => {
      const bytes = served;
      served = 0;
      return bytes;
    },
    setOnline: (online) => internet.answer(online ? answer : null),
    close: internet.close,
  };
}
