import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAction } from "./action";

const hashOf = (request: unknown): string | undefined => readAction(request)?.hash;

describe("the canonical action of a request", () => {
  it("has the hash that the contract gives as an example", () => {
    const request = { agentId: "bot", phase: "tool_call", tool: { name: "pay", args: { eur: 12.5, to: "Zoë" } } };
    expect(hashOf(request)).toBe("8658239c86e386948e77b63636f3bcaf4b536cd7ff9207d35e45a572e5ee83ff");
  });

  it("is the same in any order of members, with approvals, and with members that have no value", () => {
    const request = { agentId: "bot", tool: { name: "pay", args: { b: 1, a: [1, 2] } } };
    const others = [
      { tool: { args: { a: [1, 2], b: 1 }, name: "pay" }, agentId: "bot" },
      { ...request, approvals: [{ id: "a-1" }] },
      { ...request, output: undefined, input: null },
    ];
    for (const other of others) expect(hashOf(other)).toBe(hashOf(request));
  });

  it("is another one when anything else is", () => {
    const request = { agentId: "bot", tool: { name: "pay", args: { n: 1, inner: null } } };
    const others = [
      { ...request, agentId: "Bot" },
      { ...request, sessionId: "s" },
      { ...request, tool: { name: "pay", args: { n: 2, inner: null } } },
      { ...request, tool: { name: "pay", args: { n: 1 } } },
      { ...request, tool: { name: "pay", args: { n: "1", inner: null } } },
    ];
    for (const other of others) expect(hashOf(other)).not.toBe(hashOf(request));
  });

  it("does not exist where the request cannot be written exactly", () => {
    const cycle: Record<string, unknown> = {};
    cycle["self"] = cycle;
    for (const bad of [undefined, null, "x", [1], { n: Number.NaN }, { f: () => 1 }, { n: 1n }, cycle]) {
      expect(readAction(bad)).toBeUndefined();
    }
  });

  it("does not exist where something in it cannot be seen; a date is its text", () => {
    for (const bad of [new Map([["to", "eve"]]), new Set(["eve"]), new URL("http://eve/"), new Error("eve")])
      expect(readAction({ tool: { name: "pay", args: { bad } } })).toBeUndefined();
    expect(readAction({ at: new Date(1) })?.value).toEqual({ at: "1970-01-01T00:00:00.001Z" });
    expect(hashOf({ tool: { args: { at: new Date(1) } } })).not.toBe(hashOf({ tool: { args: { at: new Date(2) } } }));
    expect(hashOf({ at: {} })).toBe(hashOf({ at: Object.create(null) }));
  });

  it("never throws, and shares nothing with the request", () => {
    fc.assert(
      fc.property(fc.object(), (request) => {
        const action = readAction(request);
        const hash = action?.hash;
        for (const key of Object.keys(request)) request[key] = "changed";
        if (action) expect(readAction(action.value)?.hash).toBe(hash);
      }),
    );
  });
});
