// Part of the bundle, beside the stand-ins of left-out.mjs.

/**
 * Makes a function that says what would be needed and is not there.
 * @param {string} what
 * @returns {() => never}
 */
export const missing = (what) => () => {
  throw new Error(`${what} is not in this bundle (build/left-out)`);
};
