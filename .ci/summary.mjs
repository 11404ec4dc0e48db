// Prints the one line that CI reads, from the results that vitest's JSON reporter wrote.
import { readFileSync } from 'node:fs';

const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const skipped = numPendingTests === 0 ? '' : `, ${numPendingTests} skipped`;
console.log(`${numPassedTests} passed, ${numFailedTests} failed${skipped}`);
