import type { AuditEntry } from "@holdpoint/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { firstPrevHash, hashAuditEntry } from "./hash-entry";
import { verifyAuditChain } from "./verify-audit-chain";

function chain(count: number): AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (let index = 0; index < count; index++) {
    const entry = {
      index,
      at: new Date(1_700_000_000_000 + index).toISOString(),
      actor: "key:k",
      action: "policy.updated",
      targetType: "policy",
      targetId: `p${index}`,
      details: { before: { n: index }, text: "ü\u0000\ud800" },
      prevHash: entries.at(-1)?.hash ?? firstPrevHash,
    };
    entries.push({ ...entry, hash: hashAuditEntry(entry) });
  }
  return entries;
}

describe("the check of an audit log", () => {
  test("an untouched log is valid and tells its head", () => {
    const entries = chain(5);
    expect(verifyAuditChain(entries)).toEqual({ valid: true, entries: 5, headHash: entries[4]?.hash });
  });

  test("an empty log is valid", () => {
    expect(verifyAuditChain([])).toEqual({ valid: true, entries: 0, headHash: firstPrevHash });
  });

  test("the hash of a known entry is what the contract says", () => {
    const entry = { index: 0, at: "2026-01-01T00:00:00.000Z", actor: "a", action: "b", prevHash: firstPrevHash };
    // sha256(32 zero bytes, then {"action":"b","actor":"a","at":"2026-01-01T00:00:00.000Z","index":0}), by another tool.
    expect(hashAuditEntry(entry)).toBe("2e18282b614ae9036340f1c287b14039eb97265ece093eae98ced972b4a64a76");
  });

  test("any member of any entry that is changed is found where it stands", () => {
    const members = [
      "at",
      "actor",
      "action",
      "targetType",
      "targetId",
      "details",
      "prevHash",
      "hash",
      "index",
    ] as const;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9 }), fc.constantFrom(...members), (at, member) => {
        const entries = chain(10);
        const changed = member === "details" ? { before: {} } : member === "index" ? 77 : `${entries[at]?.[member]}0`;
        entries[at] = { ...entries[at], [member]: changed };
        expect(verifyAuditChain(entries)).toMatchObject({ valid: false, brokenAt: at });
      }),
    );
  });

  test("an entry that was removed, inserted, doubled or moved is found", () => {
    const entries = chain(6);
    const [first, second, third, ...rest] = entries as [AuditEntry, AuditEntry, AuditEntry, ...AuditEntry[]];
    expect(verifyAuditChain([first, third, ...rest])).toMatchObject({ valid: false, brokenAt: 1 });
    expect(verifyAuditChain([second, third, ...rest])).toMatchObject({ valid: false, brokenAt: 0 });
    expect(verifyAuditChain([first, first, second])).toMatchObject({ valid: false, brokenAt: 1 });
    expect(verifyAuditChain([first, third, second])).toMatchObject({ valid: false, brokenAt: 1 });
    const forged = { ...second, actor: "nobody" };
    expect(verifyAuditChain([first, { ...forged, hash: hashAuditEntry(forged) }, third])).toMatchObject({
      valid: false,
      brokenAt: 2,
    });
  });
});
