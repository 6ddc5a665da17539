import type { Decision } from "@holdpoint/core";
import { describe, expect, it } from "vitest";
import { createSecretMask } from "./secret-mask";

type Place = readonly [start: number, end: number, category: string];

/** What is recorded of a text when policies, each with places of its own, found credentials in it. */
function record(original: string, shown: string, ...policies: Place[][]): string | undefined {
  const violations = policies.map((places) => ({
    policyType: "secret_leak",
    evidence: places.map(([start, end, category]) => ({ path: "/input", start, end, category })),
  }));
  return createSecretMask({ violations } as unknown as Decision)?.write("/input", original, shown);
}

describe("a recorded text with credentials", () => {
  const key = "aB3dE5fG7hJ9kL1m";

  it("keeps what stands around one that its policy masked", () => {
    const shown = "use [GITHUB_TOKEN] for the token of the shop";
    expect(record(`use ${key} for the token of the shop`, shown, [[4, 20, "github_token"]])).toBe(shown);
    const words = "postgres://a:hunter@db is where postgres://a stands";
    const masked = words.replace("postgres://a:hunter@db", "[DATABASE_URL]");
    expect(record(words, masked, [[0, 22, "database_url"]])).toBe(masked);
  });

  it("is its kind alone where a mask left a part of one", () => {
    const of = (shown: string) =>
      record(`use ${key} or ${key}`, shown, [
        [4, 20, "jwt"],
        [24, 40, "jwt"],
      ]);
    expect(of("use aB3d[PHONE] or [PHONE]")).toBe("[JWT]");
    expect(of(`use [PHONE]kL1m or ${key}`)).toBe("[JWT]");
    expect(of("use [PHONE] or [PHONE]")).toBe("use [PHONE] or [PHONE]");
    expect(of(`use [PHONE] or ${key}`)).toBe("use [PHONE] or [JWT]");
  });

  it("has nothing of two that reach into each other", () => {
    const places: Place[][] = [
      [[4, 14, "jwt"]],
      [
        [10, 20, "github_token"],
        [11, 12, "jwt"],
      ],
    ];
    expect(record(`use ${key} or ${key.slice(0, 10)}`, `use ${key} or ${key.slice(0, 10)}`, ...places)).toBe(
      "use [JWT] or [JWT]",
    );
  });
});
