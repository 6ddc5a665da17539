import { describe, expect, it } from "vitest";
import { checkGovernanceSettings } from "./check-settings";

/** The same cases stand in python/tests/test_settings_as_written.py (SPECIFICATION B-15). */
describe("settings as written", () => {
  it.each([
    [{ level: "galaxy" }, "/0/level", undefined],
    [{ level: "tenant", maxAutonomy: "observ" }, "/0/maxAutonomy", "observe"],
    [{ level: "tenant", minimumModes: { pii_acess: "block" } }, "/0/minimumModes/pii_acess", "pii_access"],
    [{ level: "tenant", minimumModes: { pii_access: "blok" } }, "/0/minimumModes/pii_access", "block"],
    [{ level: "tenant", packs: ["hippa"] }, "/0/packs/0", "hipaa"],
    [{ level: "team" }, "/0/targetId", undefined],
    [{ level: "tenant", targetId: "x" }, "/0/targetId", undefined],
    [{ level: "tenant", discovery: { orbits: true } }, "/0/discovery/orbits", undefined],
    [{ level: "tenant", other: 1 }, "/0/other", undefined],
  ])("%j is refused at %s", (document, pointer, suggestion) => {
    expect(checkGovernanceSettings([document])).toMatchObject([{ pointer, ...(suggestion ? { suggestion } : {}) }]);
  });

  it("are taken when every name is known", () => {
    const document = { level: "team", targetId: "ops", minimumModes: { "*": "block" }, packs: ["hipaa"] };
    expect(checkGovernanceSettings([document])).toEqual([]);
  });
});
