// A file of its own in the bundle, so that it has these apart (`await import`): most of what runs needs neither.
export { execa } from 'execa';
export { applyEdits, modify, parse } from 'jsonc-parser';
