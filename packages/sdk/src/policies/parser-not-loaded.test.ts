import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Holdpoint } from "../client/holdpoint";
import { isPolicyCompileError } from "../gen/errors";
import { samples, until } from "../testing/scripted-control-plane.suite";
import type { SyncEvent } from "../types";

const policy = (mode: string) =>
  `expression:\n  enforcement: ${mode}\n  expression: input.contains("Ignore all previous")\n`;

let directory = "";
let path = "";
let hp: Holdpoint | undefined;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "holdpoint-"));
  path = join(directory, "policies.yaml");
});
afterEach(async () => {
  vi.doUnmock("./policy-text");
  await hp?.close();
  hp = undefined;
  await rm(directory, { recursive: true, force: true });
});

/** As when a deployment has replaced the files of the package under a running process. */
const loseParser = () =>
  vi.doMock("./policy-text", () => {
    throw new Error("no such module");
  });
const blocks = (client: Holdpoint): boolean => !client.evaluate({ agentId: "bot", input: samples.attack }).allowed;

it("a client whose parser of policy files cannot be loaded does not start, and says which file it could not read", async () => {
  loseParser();
  await writeFile(path, policy("block"));
  const error = await Holdpoint.create({ policies: path }).catch((reason: unknown) => reason);
  expect(isPolicyCompileError(error) && error.problems).toEqual([
    { pointer: "", message: expect.stringMatching(/^cannot be read: /), file: path },
  ]);
});

it("a changed file whose parser cannot be loaded leaves the last good policies in force, is reported once, and read later", async () => {
  await writeFile(path, policy("block"));
  const events: SyncEvent[] = [];
  hp = await Holdpoint.create({ policies: path, reloadDebounceMs: 10, pollIntervalMs: 20 });
  const client = hp;
  client.on("sync", (event) => events.push(event));
  loseParser();
  await writeFile(path, policy("monitor"));
  await until(() => events.length > 0, "the report");
  expect([events[0]?.ok, events[0]?.problems[0]?.file]).toEqual([false, path]);
  expect(blocks(client)).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 120));
  expect(events).toHaveLength(1);
  expect(blocks(client)).toBe(true);
  vi.doUnmock("./policy-text");
  await until(() => !blocks(client), "the change");
  expect(events.map(({ ok }) => ok)).toEqual([false, true]);
});
