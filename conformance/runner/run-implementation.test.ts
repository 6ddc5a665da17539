import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { compareImplementations } from "./compare-implementations";
import { type Expectations, readExpectations } from "./expectations";
import { loadVectors } from "./load-vectors";
import { countResults } from "./report";
import { runImplementation } from "./run-implementation";

const here = fileURLToPath(new URL(".", import.meta.url));
const cases = loadVectors(join(here, "fixtures/vectors"), join(here, "../schema/vector.schema.json"));
const none: Expectations = { bug: {}, missing: {}, impossible: {} };

function run(
  behaviour: string,
  { at = 3, expectations = none, limitMs = 5000, startLimitMs = 10_000, maxStarts = 25 } = {},
) {
  const command = [process.execPath, join(here, "fixtures/implementation.mjs"), behaviour, String(at)];
  return runImplementation({
    name: behaviour,
    command,
    cwd: here,
    cases,
    expectations,
    limitMs,
    startLimitMs,
    maxStarts,
  });
}

const failures = (run_: Awaited<ReturnType<typeof run>>): string[] =>
  run_.results.filter(({ outcome }) => outcome === "failed").map(({ id }) => id);

describe("the runner", () => {
  it("passes an honest implementation", async () => {
    const result = await run("honest");
    expect(failures(result)).toEqual([]);
    expect(countResults(result.results).passed).toBe(cases.length + 2);
  });

  it("fails one that allows everything", async () => {
    expect(failures(await run("allow-all"))).toEqual(expect.arrayContaining(["sample/denies-0", "sample/denies-3"]));
  });

  it("fails one that denies everything", async () => {
    expect(failures(await run("deny-all"))).toEqual(expect.arrayContaining(["sample/allows-0", "sample/allows-3"]));
  });

  it("fails one that sends back what it was sent", async () => {
    expect(failures(await run("echo")).length).toBe(cases.length);
  });

  it("fails one that denies for the wrong reason", async () => {
    expect(failures(await run("wrong-reason"))).toEqual([0, 1, 2, 3].map((i) => `sample/denies-${i}`));
  });

  it.each([1, 2, 3, 7])(
    "fails only the case at which a process crashes (frame %i), and starts it again",
    async (at) => {
      const failed = failures(await run("crash", { at }));
      const expected = cases.filter((_, index) => (index + 1) % at === 0).map(({ id }) => id);
      expect(failed.filter((id) => id !== "sample/same")).toEqual(expected.filter((id) => id !== "sample/same"));
      expect(failed.length).toBeGreaterThan(0);
    },
  );

  it("fails the cases that an early exit with status 0 leaves without an answer", async () => {
    expect(failures(await run("early-exit", { at: 6 }))).toEqual(["sample/denies-2"]);
  });

  it("fails one that answers another frame", async () => {
    expect(failures(await run("wrong-frame", { limitMs: 500 }))).toEqual(
      expect.arrayContaining(["sample/allows-1", "gate/conduct"]),
    );
  });

  it("fails one that prints anything but answers", async () => {
    expect(failures(await run("garbage"))).toEqual(["gate/conduct"]);
  });

  it("fails one that answers twice", async () => {
    expect(failures(await run("twice"))).toEqual(["gate/conduct"]);
  });

  it("fails one that answers twice at the very end", async () => {
    expect(failures(await run("twice", { at: cases.length }))).toEqual(["gate/conduct"]);
  });

  it("fails the case at which a process hangs, within the limit", async () => {
    expect(failures(await run("hang", { limitMs: 500, at: 4 }))).toEqual(["sample/denies-1", "sample/denies-3"]);
  });

  it("fails the case that an implementation says it cannot answer", async () => {
    expect(failures(await run("error"))).toEqual(["sample/allows-1"]);
  });

  it("fails a decision with a member that the contract does not know", async () => {
    expect(failures(await run("member-too-many")).length).toBe(cases.length - 1);
  });

  it("fails one that does not end when its input does", async () => {
    expect(failures(await run("stays", { limitMs: 500, startLimitMs: 2000 }))).toContain("gate/conduct");
  });

  it("fails one that ends with another status than 0", async () => {
    expect(failures(await run("bad-end"))).toEqual(["gate/conduct"]);
  });

  it("calls one broken that does not start", async () => {
    const result = await run("no-start");
    expect(result.broken).toBe(true);
    expect(countResults(result.results)).toMatchObject({ passed: 0, failed: cases.length + 1 });
  });

  it("calls one broken that never stops crashing, and fails what was not run", async () => {
    const result = await run("crash", { at: 1, maxStarts: 3 });
    expect(result.broken).toBe(true);
    expect(countResults(result.results).passed).toBeLessThanOrEqual(2);
  });
});

describe("expectations", () => {
  const ids = new Set(cases.map(({ id }) => id));

  it("count a listed failure as known", async () => {
    const expectations = { ...none, bug: { "sample/allows-1": "says not today" } };
    expect(countResults((await run("error", { expectations })).results)).toMatchObject({ failed: 0, known: 1 });
  });

  it("fail when a listed failure passes", async () => {
    const expectations = { ...none, missing: { "sample/allows-1": "not there yet" } };
    expect(failures(await run("honest", { expectations }))).toEqual(["sample/allows-1"]);
  });

  it("do not run what is impossible", async () => {
    const expectations = { ...none, impossible: { "sample/allows-1": "this machine has no bots" } };
    expect(countResults((await run("error", { expectations, at: 99 })).results)).toMatchObject({
      failed: 0,
      notRun: 1,
    });
  });

  it.each([
    ["an unknown case", "expectations-unknown.json", "names the unknown case `sample/nothing`"],
    ["no reason", "expectations-no-reason.json", "gives no reason for `sample/allows-0`"],
    ["an unknown kind", "expectations-kind.json", "has the unknown member `skip`"],
  ])("refuse %s", (_, file, message) => {
    expect(() => readExpectations(join(here, "fixtures", file), ids)).toThrow(message);
  });
});

describe("the comparison of two implementations", () => {
  it("passes two that agree", async () => {
    const compared = compareImplementations(await run("honest"), await run("honest"));
    expect(compared.every(({ outcome }) => outcome === "passed")).toBe(true);
    expect(compared.length).toBe(cases.length + 1);
  });

  it("fails where they differ, and where one has no answer", async () => {
    const honest = await run("honest");
    const wrong = compareImplementations(honest, await run("wrong-reason"));
    expect(wrong.filter(({ outcome }) => outcome === "failed").length).toBe(4);
    const crashing = compareImplementations(honest, await run("crash", { at: 5 }));
    expect(crashing.filter(({ outcome }) => outcome === "failed").map(({ id }) => id)).toContain("sample/allows-2");
  });
});
