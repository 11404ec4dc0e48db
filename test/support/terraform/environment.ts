import process from 'node:process';

/**
 * The environment for a Terraform or Go process of the tests: this process's (proxies and certificates are
 * needed to reach a registry), without what would affect Terraform or the Coder provider, and with its own
 * home.
 *
 * @param home an existing folder that becomes HOME
 * @param extra variables to set on top
 */
export function isolatedEnvironment(home: string, extra: Record<string, string>): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !/^(TF_|CODER_|AMP_|AGENTAPI_|XDG_)/.test(entry[0]),
  );
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    // No update check.
    CHECKPOINT_DISABLE: '1',
    TF_IN_AUTOMATION: '1',
    ...extra,
  };
}
