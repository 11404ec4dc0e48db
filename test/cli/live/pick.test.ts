import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AmpServer, startAmpServer } from '../../support/amp/server.ts';
import { CliHome } from '../../support/cli/live-home.ts';

let amp: AmpServer;
beforeAll(async () => {
  amp = await startAmpServer();
});
afterAll(() => amp.close());

it("a thread can be chosen where Amp's own executable runs amp-session", async () => {
  const home = new CliHome({ amp, node: false });
  const thread = await home.choose(amp);
  const other = await home.choose(amp);
  const shown = home.open(['use', '--dry-run']);
  await shown.until((text) => text.includes(thread.slice(0, 10)) && text.includes(other.slice(0, 10)));
  shown.type(thread.slice(2, 10));
  await shown.until((text) => !text.includes(other.slice(0, 10)));
  shown.type('\r');
  expect((await shown.ended).exitCode).toBe(0);
  expect(shown.screen().replaceAll('\n', '')).toContain(`Would use ${thread}`);
});
