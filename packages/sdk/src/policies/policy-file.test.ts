import { mkdtemp, rename, rm, symlink, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Holdpoint } from "../client/holdpoint";
import { isPolicyBlockedError, isPolicyCompileError } from "../gen/errors";
import { samples, until } from "../testing/scripted-control-plane.suite";
import type { SyncEvent } from "../types";

const write = (mode: string) =>
  `expression:\n  enforcement: ${mode}\n  expression: input.contains("Ignore all previous")\n`;
const blocking = write("block");
const watching = write("monitor");

let directory = "";
let path = "";
let hp: Holdpoint | undefined;
let events: SyncEvent[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "holdpoint-"));
  path = join(directory, "policies.yaml");
  events = [];
});
afterEach(async () => {
  await hp?.close();
  hp = undefined;
  await rm(directory, { recursive: true, force: true });
});

const load = async (options = {}): Promise<Holdpoint> => {
  hp = await Holdpoint.create({ policies: path, reloadDebounceMs: 10, pollIntervalMs: 50, ...options });
  hp.on("sync", (event) => events.push(event));
  return hp;
};
const blocks = (client: Holdpoint): boolean => !client.evaluate({ agentId: "bot", input: samples.attack }).allowed;

describe("a policy file that changes", () => {
  it("is in force from the next call on", async () => {
    await writeFile(path, blocking);
    const client = await load();
    expect(blocks(client)).toBe(true);
    await writeFile(path, watching);
    await until(() => !blocks(client), "the change");
    expect(events.at(-1)).toMatchObject({
      ok: true,
      source: "file",
      problems: [],
      planDigest: client.stats().planDigest,
    });
  });

  it("and is replaced by renaming, as editors do, is seen", async () => {
    await writeFile(path, blocking);
    const client = await load();
    for (const [text, expected] of [
      [watching, false],
      [blocking, true],
      [watching, false],
    ] as const) {
      await writeFile(join(directory, ".policies.yaml.swp"), text);
      await rename(join(directory, ".policies.yaml.swp"), path);
      await until(() => blocks(client) === expected, "the change");
    }
  });

  it("and is reached by a link that is switched is seen", async () => {
    await writeFile(join(directory, "one"), blocking);
    await writeFile(join(directory, "two"), watching);
    await symlink("one", path);
    const client = await load();
    await symlink("two", join(directory, "next"));
    await rename(join(directory, "next"), path);
    await until(() => !blocks(client), "the change");
  });

  it("keeps the last good plan when it is bad, and says so with the place", async () => {
    await writeFile(path, blocking);
    const client = await load();
    const digest = client.stats().planDigest;
    await writeFile(path, "injection_scan:\n  enforcment: block\n");
    await until(() => events.length > 0, "the report");
    expect(events[0]).toMatchObject({
      ok: false,
      source: "file",
      planDigest: digest,
      problems: [{ file: path, line: 2, column: 3 }],
    });
    expect(blocks(client)).toBe(true);
    await writeFile(path, watching);
    await until(() => !blocks(client), "the repair");
    expect(events.at(-1)).toMatchObject({ ok: true });
  });

  it.each([
    ["removed", () => unlink(path), /no such file/],
    ["empty", () => writeFile(path, ""), /expected a list of policies/],
    ["half-written", () => writeFile(path, blocking.slice(0, 20)), /./],
    ["not UTF-8", () => writeFile(path, Buffer.from([0x61, 0xff, 0xfe])), /not UTF-8/],
    // In one step: of one that is being written some of its beginning may be read.
    [
      "too large",
      () => writeFile(`${path}.new`, "#".repeat(9_000_000)).then(() => rename(`${path}.new`, path)),
      /bytes/,
    ],
    [
      "a directory",
      () => unlink(path).then(async () => void (await import("node:fs/promises")).mkdir(path)),
      /directory/,
    ],
  ])("still blocks when it is %s", async (_, damage, message) => {
    await writeFile(path, blocking);
    const client = await load();
    await damage();
    await until(() => events.some(({ ok }) => !ok), "the report");
    expect(events.find(({ ok }) => !ok)?.problems[0]?.message).toMatch(message);
    const error = await client
      .enforcePolicy({ agentId: "bot", input: samples.attack })
      .catch((thrown: unknown) => thrown);
    expect(isPolicyBlockedError(error)).toBe(true);
  });

  it("is left alone when it was told so", async () => {
    await writeFile(path, blocking);
    const client = await load({ reload: false });
    await writeFile(path, watching);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(blocks(client)).toBe(true);
  });
});

describe("a policy file that is bad from the start", () => {
  it.each([
    ["missing", undefined, /no such file/],
    ["malformed", "injection_scan: [", /line \d+ column \d+/],
    ["misspelt", "injection_scan:\n  enforcment: block\n", /line 2 column 3.*`enforcement`/],
  ])("(%s) stops the client from starting", async (_, text, message) => {
    if (text !== undefined) await writeFile(path, text);
    const error = await load().catch((thrown: unknown) => thrown);
    expect(isPolicyCompileError(error)).toBe(true);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).toContain(path);
  });
});
