import { expect, test } from "vitest";
import { lastDayOfMinority } from "../../src/domain/majority.ts";

test.each([
  ["2010-03-15", "2028-03-14"],
  ["2010-01-01", "2027-12-31"],
  ["2008-02-29", "2026-02-28"],
  ["2010-03-01", "2028-02-29"],
])("born on %s, the last day of minority is %s", (bornOn, last) => {
  expect(lastDayOfMinority(bornOn, { years: 18 })).toBe(last);
});
