/** Put in by the build (build/options.mjs), from package.json. */
declare const AMP_MODULE_VERSION: string | undefined;

/** The module's version; the sources, which tests run, have none. */
export const VERSION = typeof AMP_MODULE_VERSION === 'undefined' ? 'unbuilt' : AMP_MODULE_VERSION;
