/**
 * The most bytes that the script that carries the bundle may have. Coder runs a whole script as one argument,
 * of which Linux takes 131,071 bytes. The module refuses what would not fit while planning; this keeps room
 * for the settings of a template.
 */
export const BUNDLE_SCRIPT_BYTES = 120_000;
