import { describe, expect, test } from "vitest";
import { windowRefusal, windowStanding } from "../../../src/domain/calendar/window.ts";

const window = { opensAt: "2026-12-01T00:00:00Z", closesAt: "2026-12-08T00:00:00Z" };
const at = (moment: string) => new Date(moment);

describe("a window", () => {
  test("is open from its first moment on, and no longer at its last", () => {
    const standing = (moment: string) => windowStanding(window, at(moment));
    expect(standing("2026-11-30T23:59:59Z")).toBe("NOT_YET");
    expect(standing("2026-12-01T00:00:00Z")).toBe("OPEN");
    expect(standing("2026-12-07T23:59:59Z")).toBe("OPEN");
    expect(standing("2026-12-08T00:00:00Z")).toBe("OVER");
  });

  test("that was not set holds nobody back", () => {
    expect(windowStanding(null, at("2026-12-08T00:00:00Z"))).toBe("UNSET");
    expect(windowRefusal(null, at("2026-12-08T00:00:00Z"))).toBeNull();
  });

  test("tells both its ends, by the clocks of China, where it refuses", () => {
    const params = { opens: "2026-12-01 08:00", closes: "2026-12-08 08:00" };
    expect(windowRefusal(window, at("2026-11-01T00:00:00Z"))).toMatchObject({ code: "WINDOW_NOT_YET", params });
    expect(windowRefusal(window, at("2027-01-01T00:00:00Z"))).toMatchObject({ code: "WINDOW_OVER", params });
    expect(windowRefusal(window, at("2026-12-02T00:00:00Z"))).toBeNull();
  });
});
