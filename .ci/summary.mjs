// Prints the one line that CI reads: the sum over the files that vitest's JSON reporter wrote.
import { readFileSync } from 'node:fs';

const results = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, 'utf8')));
const sum = (name) => results.reduce((total, result) => total + result[name], 0);
// A file that fails before its first test has no failed test of its own.
const failed = sum('numFailedTests') + results.flatMap(brokenFiles).length;
const skipped = sum('numPendingTests') === 0 ? '' : `, ${sum('numPendingTests')} skipped`;
console.log(`${sum('numPassedTests')} passed, ${failed} failed${skipped}`);

function brokenFiles({ testResults }) {
  return testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
  );
}
