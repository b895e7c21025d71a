// Prints one line about a finished run of Playwright, counted from its JSON report, and fails unless every test passed.
import { existsSync, readFileSync } from 'node:fs';

const report = process.argv[2];
const nothing = { stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 0 }, errors: [] };
const { stats, errors } = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : nothing;

const passed = stats.expected;
const failed = stats.unexpected + stats.flaky;
const skipped = stats.skipped ? `, ${stats.skipped} skipped` : '';
if (errors.length > 0) console.log('the run itself failed; the reason is above');
if (passed + failed === 0) console.log('no browser test ran');
console.log(`e2e: ${passed} passed, ${failed} failed${skipped}`);
process.exitCode = passed > 0 && failed === 0 && errors.length === 0 ? 0 : 1;
