import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, it } from 'vitest';
import { type RealAmp, realAmp } from '../support/amp/real-run.ts';
import { startDownloads } from '../support/downloads.ts';

let amp: RealAmp;
beforeEach(async () => {
  amp = await realAmp();
});

type Call = { readonly method: string; readonly params: Record<string, unknown> };

/** Amp's server, which refuses everything: what is asked of it, not its answer, is the subject. */
async function refusingServer(): Promise<{ url: string; calls: Call[] }> {
  const calls: Call[] = [];
  const { url } = await startDownloads(async (request, response) => {
    calls.push(JSON.parse(await text(request)));
    response.setHeader('content-type', 'application/json');
    response.end('{"ok":false,"error":{"code":"refused","message":"refused by the test"}}');
  });
  return { url, calls };
}

/** Adds a gateway in front of model providers, as a person who has one would. */
async function addGateway(baseUrl: string, whose: string) {
  amp.write('gateway-key', 'key-of-the-gateway');
  const { url, calls } = await refusingServer();
  const words = ['config', 'model-providers', 'add-router', 'custom-url', whose, '--name', 'gateway'];
  const api = ['--base-url', baseUrl, '--api-format', 'anthropic-messages', '--model-mapping', 'anthropic/*'];
  const key = ['--api-key-file', join(amp.home, 'gateway-key')];
  const result = await amp.run([...words, ...api, ...key], { url });
  return { result, calls };
}

const GATEWAY = 'https://gateway.example.com/anthropic';

describe("a gateway's address (model-router)", () => {
  it("is sent to Amp's servers with its key, for a whole workspace of Amp's", async () => {
    const { calls } = await addGateway(GATEWAY, '--workspace');
    expect(calls).toEqual([
      {
        method: 'createModelProviderKey',
        params: {
          target: 'workspace',
          type: 'model_provider_custom_url',
          name: 'gateway',
          secret: 'key-of-the-gateway',
          config: {
            headers: [],
            modelMapping: 'anthropic/*',
            apiFormat: 'anthropic-messages',
            baseURL: GATEWAY,
            queryParams: {},
          },
          active: true,
        },
      },
    ]);
  });

  it("for one person, Amp's servers are asked first whether that is allowed", async () => {
    const { result, calls } = await addGateway(GATEWAY, '--personal');
    expect(calls.map(({ method }) => method)).toEqual(['checkModelProviderAccess']);
    expect([result.exitCode, result.stderr]).toEqual([1, 'Error: refused by the test']);
  });
});
