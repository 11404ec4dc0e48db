// Loaded into amp-session: sets the clock to AMP_CAPTURE_NOW, so that every run gives the same
// captures.
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
