import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import type { RequestListener, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { createGzip } from 'node:zlib';
import { agentapiDir } from '../agentapi/agentapi.ts';
import { AMP_FILE, INSTALLER } from '../amp/installer.ts';
import { realAmpDir } from '../amp/real-amp.ts';

/** An Amp that can be had: the folder of its executable, and what it says of itself. */
export type AmpRelease = { readonly version: string; readonly folder: string };

/** What is different from an ordinary day. */
export type World = {
  /** What Amp's installer brings. */
  readonly amp?: AmpRelease;
  /** What Amp's update server offers; by default, what the installer brings. */
  readonly newest?: AmpRelease;
  /** Serves AgentAPI's release, to which GitHub redirects. */
  readonly release?: RequestListener;
  /** Serves npm packages. */
  readonly npm?: RequestListener;
};

export const AGENTAPI_RELEASE = 'github.com/coder/agentapi/releases/download/v0.12.1/';
export const AGENTAPI_HOST = 'release-assets.githubusercontent.com';
export const AMP_VERSION_FILE = 'static.ampcode.com/cli/cli-version.txt';
const RIPGREP = 'storage.googleapis.com/amp-public-assets-prod-0/ripgrep/';
const NO_RIPGREP = '#!/bin/sh\necho "ripgrep 13.0.0 of the tests"\n';

/** The Amp of the devDependencies. */
export const installedAmp = (): AmpRelease => ({
  version: JSON.parse(readFileSync(join(realAmpDir(), 'package.json'), 'utf8')).version,
  folder: realAmpDir(),
});

/** AgentAPI's executable. */
export const agentapiFile = (): Buffer => readFileSync(join(agentapiDir(), 'agentapi'));

/** The internet as far as a workspace needs it, besides Amp's own servers. Everything else is 404. */
export function world({ amp = installedAmp(), newest = amp, release, npm }: World = {}): RequestListener {
  const file = join(newest.folder, 'amp');
  const update = `static.ampcode.com/cli/${newest.version}`;
  const platform = `linux-${process.arch}`;
  const answers: Record<string, (response: ServerResponse) => void> = {
    'ampcode.com/install.sh': (response) => response.end(INSTALLER),
    [AMP_FILE]: (response) => createReadStream(join(amp.folder, 'amp')).pipe(response),
    [AMP_VERSION_FILE]: (response) => response.end(newest.version),
    [`${update}/${platform}-amp.sha256`]: (response) => response.end(sha256(readFileSync(file))),
    [`${update}/amp-${platform}.gz`]: (response) => {
      createReadStream(file)
        .pipe(createGzip({ level: 1 }))
        .pipe(response);
    },
    'statuspage.incident.io/ampcode/api/v1/summary': (response) =>
      response.end('{"ongoing_incidents":[],"in_progress_maintenances":[],"scheduled_maintenances":[]}'),
  };
  return (request, response) => {
    const { host } = request.headers;
    const address = `${host}${request.url}`;
    const answer = answers[address];
    if (answer !== undefined) answer(response);
    else if (address.startsWith(AGENTAPI_RELEASE))
      response.writeHead(302, { location: `https://${AGENTAPI_HOST}/agentapi` }).end();
    else if (host === AGENTAPI_HOST && release === undefined) response.end(agentapiFile());
    else if (host === AGENTAPI_HOST) release?.(request, response);
    else if (address.startsWith(RIPGREP) && address.endsWith('/rg.sha256')) response.end(sha256(NO_RIPGREP));
    else if (address.startsWith(RIPGREP)) response.end(NO_RIPGREP);
    else if (host === 'registry.npmjs.org' && npm !== undefined) npm(request, response);
    else response.writeHead(404).end();
  };
}

const sha256 = (content: Buffer | string) => createHash('sha256').update(content).digest('hex');
