// A file of its own, so that the bundle has execa apart (`await import`) and only the part of it that is used.
export { execa } from 'execa';
