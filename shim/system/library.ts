// Files of their own in the bundle, so that it has these apart (`await import`): most of what runs needs none of them.
export { autocomplete, isCancel, text } from '@clack/prompts';
export { execa } from 'execa';
export { applyEdits, modify, parse } from 'jsonc-parser';
