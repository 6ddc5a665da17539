import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { coreInParts } from "../../devkit/generate/core-in-parts";
import * as sdk from "./index";
import { samples, until } from "./testing/scripted-control-plane.suite";

/** Lets a test see when the part of the core that reads texts is loaded, and stand between. */
const countLoads: Plugin = {
  name: "count-loads",
  setup({ onLoad }) {
    onLoad({ filter: /own-core\.in-parts\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replace(/import\("[^"]+"\)(?=\.then)/, "globalThis.loadPart(() => $&)"),
      loader: "ts",
    }));
  },
};

type Client = sdk.Holdpoint;

let folder: string;
let loads: number;
let isReachable: boolean;
let fresh = 0;
const open: Client[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdpoint-parts-"));
  await build({
    stdin: {
      contents: `export * from "./index";`,
      resolveDir: fileURLToPath(new URL(".", import.meta.url)),
      loader: "ts",
    },
    bundle: true,
    outfile: join(folder, "sdk.mjs"),
    format: "esm",
    platform: "node",
    mainFields: ["module", "main"],
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    plugins: [coreInParts("explained"), countLoads],
    tsconfig: fileURLToPath(new URL("../../../tsconfig.json", import.meta.url)),
    logLevel: "silent",
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(() => {
  loads = 0;
  isReachable = true;
  (globalThis as { loadPart?: unknown }).loadPart = (load: () => Promise<unknown>) => {
    loads++;
    return isReachable ? load() : Promise.reject(new Error("not reachable"));
  };
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((hp) => hp.close()));
});

/** A client of an SDK that nobody has used before. */
async function create(options: sdk.HoldpointOptions): Promise<Client> {
  const url = `${pathToFileURL(join(folder, "sdk.mjs")).href}?${++fresh}`;
  const { Holdpoint } = (await import(/* @vite-ignore */ url)) as typeof sdk;
  const hp = await Holdpoint.create(options);
  open.push(hp);
  return hp;
}

const reader = { ...samples.mask, id: "reader" };
const request = { agentId: "bot", phase: "tool_call", tool: { name: "db_write" } } as const;
const masked = (hp: Client): string | undefined =>
  hp.evaluate({ agentId: "bot", input: "write to jane@example.com" }).transforms[0]?.text;
const writeFilePolicies = async (...policies: readonly unknown[]): Promise<string> => {
  const path = join(folder, `${fresh}.yaml`);
  await writeFile(path, JSON.stringify({ policies }));
  return path;
};

describe("the client in a module of Node, which begins with a part of the core", () => {
  it("says at once why it decided, in the words of the whole core, and loads nothing for it", async () => {
    const policies = [samples.tools, samples.attacks, samples.budget];
    const whole = await sdk.Holdpoint.create({ policies });
    open.push(whole);
    const hp = await create({ policies });
    const decision = hp.evaluate(request, { explain: true });
    expect(decision.explanation?.policies).toHaveLength(3);
    expect(decision).toEqual(whole.evaluate(request, { explain: true }));
    expect(loads).toBe(0);
  });

  it("is whole before it is there when its own policies read texts", async () => {
    const hp = await create({ policies: [samples.tools, reader] });
    expect([loads, masked(hp), hp.evaluate(request).verdict]).toEqual([1, "write to [EMAIL]", "block"]);
  });

  it("refuses policies of the program that read texts when the rest cannot be had", async () => {
    isReachable = false;
    await expect(create({ policies: [reader] })).rejects.toThrow(/the part of the core that reads texts/);
  });

  it("follows a policy file that comes to read texts, and goes on by what is in force until then", async () => {
    const path = await writeFilePolicies(samples.tools);
    const hp = await create({ policies: path, reload: true, reloadDebounceMs: 5, pollIntervalMs: 1000 });
    const told: boolean[] = [];
    hp.on("sync", ({ ok }) => told.push(ok));
    expect(loads).toBe(0);
    isReachable = false;
    await writeFile(path, JSON.stringify({ policies: [reader] }));
    await until(() => told.includes(false), "the failure");
    expect([hp.evaluate(request).verdict, masked(hp)]).toEqual(["block", undefined]);
    isReachable = true;
    await writeFile(path, JSON.stringify({ policies: [samples.tools, reader] }));
    await until(() => told.at(-1) === true, "the second file");
    expect([hp.evaluate(request).verdict, masked(hp)]).toEqual(["block", "write to [EMAIL]"]);
  });
});
