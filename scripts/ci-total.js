// Sums the reports of test runs. Fails where a report is missing, a file did not run, a test failed or was skipped.
import { existsSync, readFileSync } from "node:fs";

let passed = 0;
let failed = 0;
for (const path of process.argv.slice(2)) {
  if (!existsSync(path)) {
    process.stdout.write(`no report ${path}\n`);
    failed += 1;
    continue;
  }
  const report = JSON.parse(readFileSync(path, "utf8"));
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  for (const file of report.testResults) {
    // a file that could not even be loaded has no failed tests to count
    if (file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed")) {
      process.stdout.write(`did not run: ${file.name}\n${file.message}\n`);
      failed += 1;
    }
    for (const test of file.assertionResults) {
      if (test.status === "passed" || test.status === "failed") continue;
      process.stdout.write(`${test.status}: ${test.fullName}\n`);
      failed += 1;
    }
  }
}
if (failed > 0) process.exitCode = 1;
process.stdout.write(`${passed} passed, ${failed} failed\n`);
