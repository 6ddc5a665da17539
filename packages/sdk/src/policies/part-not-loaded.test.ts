import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { Holdpoint } from "../client/holdpoint";
import { samples, until } from "../testing/scripted-control-plane.suite";
import type { SyncEvent } from "../types";

const part = vi.hoisted(() => ({ isThere: true, isLoaded: false }));

/** As in a build for modules: what looks at texts is loaded when policies do not compile without it. */
vi.mock("../platform/own-core", async (original) => {
  const whole = await original<typeof import("../platform/own-core")>();
  const unloaded = { ok: false as const, problems: [{ pointer: "", message: "needs the part" }] };
  return {
    ...whole,
    isCoreWhole: () => part.isLoaded,
    async loadWholeCore() {
      if (!part.isThere) throw new Error("no such module");
      part.isLoaded = true;
    },
    compile: (...given: Parameters<typeof whole.compile>) =>
      part.isLoaded || !JSON.stringify(given[0]).includes("injection_scan") ? whole.compile(...given) : unloaded,
  };
});

it("a changed file that needs a part of the core which cannot be had is reported once, and in force when it can be", async () => {
  const directory = await mkdtemp(join(tmpdir(), "holdpoint-"));
  const path = join(directory, "policies.yaml");
  await writeFile(path, "expression:\n  enforcement: monitor\n  expression: input == 'x'\n");
  const hp = await Holdpoint.create({ policies: path, reloadDebounceMs: 10, pollIntervalMs: 20 });
  const events: SyncEvent[] = [];
  hp.on("sync", (event) => events.push(event));
  part.isThere = false;
  await writeFile(path, "injection_scan:\n  enforcement: block\n");
  await until(() => events.length > 0, "the report");
  await new Promise((resolve) => setTimeout(resolve, 120));
  expect(events.map(({ ok }) => ok)).toEqual([false]);
  part.isThere = true;
  await until(() => !hp.evaluate({ agentId: "bot", input: samples.attack }).allowed, "the change");
  expect(events.map(({ ok }) => ok)).toEqual([false, true]);
  await hp.close();
  await rm(directory, { recursive: true, force: true });
});
