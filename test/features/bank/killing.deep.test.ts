import { expect, test } from "vitest";
import { ACKNOWLEDGED, killRounds } from "./killing.ts";

test("nothing acknowledged is lost and nothing applied twice in twenty rounds of kill -9", async () => {
  expect(await killRounds(20)).toBeGreaterThanOrEqual(20 * ACKNOWLEDGED);
}, 1_800_000);
