/** The scripts that carry the bundle, a part of it each. */
export const BUNDLE_SCRIPTS = ['amp_session', 'amp_session_commands', 'amp_session_library'] as const;

/**
 * The most bytes that each may have. Coder runs a whole script as one argument, of which Linux takes 131,071
 * bytes. The module refuses what would not fit while planning; this keeps room for what is to come.
 */
export const BUNDLE_SCRIPT_BYTES = 100_000;
