// Loaded into Node before amp-session: the time is AMP_CAPTURE_NOW, so that the same captures come of every run.
const now = Date.parse(process.env.AMP_CAPTURE_NOW ?? '');
globalThis.Date = class extends Date {
  constructor(...args) {
    if (args.length === 0) super(now);
    else super(...args);
  }

  static now() {
    return now;
  }
};
