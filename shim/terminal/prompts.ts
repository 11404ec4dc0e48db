// Apart, so that only what asks a person loads it (`await import`), and only what is used goes into the bundle.
export { autocomplete, isCancel, text } from '@clack/prompts';
