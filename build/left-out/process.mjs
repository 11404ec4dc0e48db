// In the place of `node:process`: that module reads every property of `process` as soon as it is imported, and so opens our three streams.
// That takes some milliseconds of every start, and from then on a pipe on standard input does not wait for what is still to come.
const { process } = globalThis;
export default process;
export const { execArgv, execPath, hrtime, platform } = process;
