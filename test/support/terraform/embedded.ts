import { gunzipSync } from 'node:zlib';
import { type CoderScript, coderScripts, type State } from './terraform.ts';

/** The `coder_script` with that resource name. Throws if there is none. */
export function scriptNamed(state: State, name: string): CoderScript {
  const found = coderScripts(state).find((script) => script.name === name);
  if (found === undefined) throw new Error(`There is no coder_script "${name}" in this state.`);
  return found;
}

/** A script as AgentAPI's module writes it to a file in the workspace. */
export type EmbeddedVariable =
  | 'ARG_INSTALL_SCRIPT'
  | 'ARG_START_SCRIPT'
  | 'ARG_WORKDIR'
  | 'ARG_PRE_INSTALL_SCRIPT';

/**
 * What AgentAPI's script passes on in one of its environment variables, decoded from base64. Throws if it has
 * none.
 */
export function embedded(state: State, name: EmbeddedVariable): string {
  const { script } = scriptNamed(state, 'agentapi');
  const encoded = new RegExp(`^${name}="\\$\\(echo -n '([A-Za-z0-9+/=]*)' \\| base64 -d\\)"`, 'm').exec(
    script,
  )?.[1];
  if (encoded === undefined) throw new Error(`AgentAPI's script has no ${name}.`);
  return Buffer.from(encoded, 'base64').toString('utf8');
}

/**
 * The text that one of our wrappers (`eval "$(printf %s '…' | base64 -d | gzip -dc)"`) runs. Throws for
 * anything else.
 */
export function unwrapped(wrapper: string): string {
  const encoded =
    /^#!\/usr\/bin\/env bash\neval "\$\(printf %s '([A-Za-z0-9+/=]+)' \| base64 -d \| gzip -dc\)"\n$/.exec(
      wrapper,
    )?.[1];
  if (encoded === undefined) throw new Error(`This is no wrapper: ${wrapper.slice(0, 200)}`);
  return gunzipSync(Buffer.from(encoded, 'base64')).toString('utf8');
}

/** What the workspace runs to install Amp: settings and scripts/install.sh. */
export const installPayload = (state: State): string => unwrapped(embedded(state, 'ARG_INSTALL_SCRIPT'));

/** What the workspace runs to start the agent: settings, prompt and scripts/start.sh. */
export const startPayload = (state: State): string => unwrapped(embedded(state, 'ARG_START_SCRIPT'));
