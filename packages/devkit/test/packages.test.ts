import { execFile } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkTypes } from "./check-types";
import { type ExportedNames, readExportedNames } from "./exported-names";
import { measureCore } from "./measure-core";
import { measureFirstCore, measureWorker } from "./measure-first-load";
import { measureWithEsbuild, measureWithRollup } from "./measure-imports";
import { builtFiles, installPublished, type LibraryName, libraries, libraryNames, root } from "./published";
import { describeReadmes } from "./readmes.suite";
import { consumer, coreConsumer, firstDecision, loadAll, smallEntry, twoCopies, webBuild } from "./scripts";

const slowMs = 240_000;
/** All packages with their declarations, where other work takes most of the machine. */
const buildMs = 900_000;
/** All of the core: thirty policy types with detectors, schemas, explanations (decision core-size). */
const maxCoreBytes = 190_000;
/** What a consumer of the published core carries, by what it imports. */
const maxImportBytes = {
  'export { canonicalJson } from "@holdpoint/core";': 2_000,
  'export { sha256Hex } from "@holdpoint/core";': 5_000,
  'export { compileSet } from "@holdpoint/core";': 50_000,
  'export { compile, evaluate } from "@holdpoint/core/rules";': 60_000,
  // All that a client asks of the core, and the packs, which are data of the catalogue.
  'export * from "@holdpoint/core/rules";': 64_500,
} as const;
/** What an edge worker or a page loads first of the core, without the data of the catalogue. */
const maxFirstCoreBytes = 60_000;
/** All that it loads first: that core with the packs, the SDK's build for the edge, and the YAML parser of policy texts. */
const maxFirstLoadBytes = 115_000;
/** Data of the catalogue: patterns, word lists, models, packs. */
const catalogueData = /[\\/]gen[\\/](detectors|known-patterns|moderation|secrets|packs|views)\.ts$/;
let folder: string;
let exported: Readonly<Record<LibraryName, ExportedNames>>;

beforeAll(async () => {
  const setup = (await import(new URL("../lib/setup.mjs", import.meta.url).href)) as {
    ensureBuild(options: { declarations: boolean }): Promise<void>;
  };
  await setup.ensureBuild({ declarations: true }); // nothing, when what is built came from these sources
  const missing = builtFiles.filter((file) => !existsSync(file));
  if (missing.length > 0) throw new Error(`not built, run \`npm run build\`: ${missing.join(", ")}`);
  folder = installPublished();
  exported = readExportedNames();
}, buildMs);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program of the consumer in a process of its own; gives what it printed as JSON. */
async function runScript(file: string, text: string, flags: readonly string[] = []): Promise<unknown> {
  writeFileSync(join(folder, file), text);
  const env = { ...process.env, NODE_OPTIONS: "" };
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, file], { cwd: folder, env });
  return JSON.parse(stdout);
}

/** Node before 20.19 cannot `require` ESM; a newer one is told not to. */
const withoutRequireOfEsm = process.allowedNodeEnvironmentFlags.has("--experimental-require-module")
  ? ["--no-experimental-require-module"]
  : [];

describe("the published packages", () => {
  it("export as ESM what their index lists", { timeout: slowMs }, async () => {
    const loaded = await runScript("load.mjs", loadAll("import"));
    expect(loaded).toEqual(Object.fromEntries(libraryNames.map((name) => [name, exported[name].values])));
  });

  it("export the same as CommonJS, where `require` cannot load ESM", { timeout: slowMs }, async () => {
    const loaded = await runScript("load.cjs", loadAll("require"), withoutRequireOfEsm);
    expect(loaded).toEqual(Object.fromEntries(libraryNames.map((name) => [name, exported[name].values])));
  });

  it.each([
    { resolution: "node16", files: ["consumer.mts", "consumer.cts"], ending: ["d.cts", "d.ts"] },
    { resolution: "bundler", files: ["consumer.ts"], ending: ["d.ts"] },
  ])("have declarations that a consumer with $resolution compiles with", { timeout: slowMs }, (given) => {
    for (const file of given.files) writeFileSync(join(folder, file), consumer);
    const options: ts.CompilerOptions =
      given.resolution === "node16"
        ? { module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 }
        : { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler };
    const checked = checkTypes(folder, given.files, options);
    expect(checked.problems).toEqual([]);
    const wanted = libraryNames.flatMap((name) =>
      given.ending.map((ending) => `${name.slice("@holdpoint/".length)}/dist/index.${ending}`),
    );
    expect(checked.declarations).toEqual(wanted.sort());
    for (const name of libraryNames) {
      for (const ending of given.ending) {
        const declaration = `${name.slice("@holdpoint/".length)}/dist/index.${ending}`;
        expect(checked.exportsOf(declaration), declaration).toEqual(exported[name].all);
      }
    }
  });

  it("hold no copy of each other, but client and server each have the room that asks endpoints", () => {
    for (const name of libraryNames.filter((name) => name !== "@holdpoint/core")) {
      for (const file of ["index.js", "index.cjs"]) {
        const text = readFileSync(join(root, libraries[name], "dist", file), "utf8");
        const shares = name === "@holdpoint/sdk" || name === "@holdpoint/control-plane";
        const own = [`// ${libraries[name]}/`, ...(shares ? ["// packages/endpoints/"] : [])];
        const lines = text.match(/^\/\/ packages\/.*$/gm);
        expect(lines?.every((line) => own.some((start) => line.startsWith(start)))).toBe(true);
      }
    }
  });

  it("decide with the web build where a runtime asks for it", { timeout: slowMs }, async () => {
    const text = readFileSync(join(root, "packages", "sdk", "dist", "web.js"), "utf8");
    expect(text.match(/["']node:/)).toBeNull();
    for (const [flags, hasFiles] of [
      [[], true],
      [["--conditions=browser"], false],
      [["--conditions=workerd"], false],
      [["--conditions=edge-light"], false],
    ] as const) {
      expect(await runScript("web-build.mjs", webBuild, flags), flags.join()).toEqual({
        verdicts: ["allow", "block", "block"],
        hasFiles,
      });
    }
  });

  it("recognise the errors of another copy of the SDK", { timeout: slowMs }, async () => {
    expect(await runScript("two-copies.cjs", twoCopies)).toEqual({
      sameClass: false,
      esmErrorIsInstanceOfCjs: false,
      cjsGuardOnEsmError: true,
      esmGuardOnCjsError: true,
      baseGuardOnEsmError: true,
      otherGuardOnEsmError: false,
      guardOnPlainError: false,
    });
  });
});

describe("the core as it is published", () => {
  it.each(["index.js", "index.cjs", "rules.js", "rules.cjs", "explained.js", "text.js"])(
    "imports nothing in %s but its own parts, least of all from Node",
    (file) => {
      const folder = join(root, "packages", "core", "dist");
      const texts = [file, ...listChunks(folder, file)].map((name) => readFileSync(join(folder, name), "utf8"));
      for (const text of texts) {
        expect(text.match(/["']node:/)).toBeNull();
        expect(text.match(/\brequire\(.*$|\bimport\(.*$/gm)).toBeNull();
        const imports = text.match(/^import\b[^"']*["'][^"']*["']/gm) ?? [];
        expect(imports.filter((line) => !/["']\.\/chunk-[A-Z0-9]+\.js["']$/.test(line))).toEqual([]);
      }
    },
  );

  it("is loaded in two steps where there is no Node: what decides, and what reads texts", {
    timeout: slowMs,
  }, async () => {
    const folderOfCore = join(root, "packages", "core", "dist");
    const chunksOf = (file: string) => new Set(listChunks(folderOfCore, file));
    const [rules, explained, text, index] = [
      chunksOf("rules.js"),
      chunksOf("explained.js"),
      chunksOf("text.js"),
      chunksOf("index.js"),
    ];
    // The greatest of all is the one with the data, which neither small entry begins with.
    const texts = [...text].filter((chunk) => !explained.has(chunk));
    expect(texts.map((chunk) => rules.has(chunk))).toEqual([false]);
    expect([...index].filter((chunk) => !rules.has(chunk) && !text.has(chunk))).toEqual([]);
    const core = await measureFirstCore(catalogueData, ["hashToolDescriptor", "verifyReceipts"]);
    const { first, later } = await measureWorker(folder);
    console.log(
      `an edge worker loads first: ${kb(core)} of the core without data, ${kb(first)} in all; ${kb(later)} for texts`,
    );
    expect(core).toBeLessThanOrEqual(maxFirstCoreBytes);
    expect(first).toBeLessThanOrEqual(maxFirstLoadBytes);
    expect(later).toBeGreaterThan(first);
  });

  it("is loaded in two steps by modules in Node too, which begin with what decides and says why", () => {
    const client = readFileSync(join(root, "packages", "sdk", "dist", "index.js"), "utf8");
    const named = new Set([...client.matchAll(/["']@holdpoint\/core(\/\w+)?["']/g)].map(([, entry = ""]) => entry));
    expect([...named].sort()).toEqual(["/explained", "/text"]);
    expect(client.match(/^.*@holdpoint\/core\/text.*$/gm)).toEqual([expect.stringMatching(/ import\(/)]);
  });

  it("has declarations that need neither the DOM's types nor Node's", { timeout: slowMs }, () => {
    writeFileSync(join(folder, "core.mts"), coreConsumer);
    const options = { types: [], module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 };
    expect(checkTypes(folder, ["core.mts"], options).problems).toEqual([]);
  });

  it("stays small without the data of the catalogue", { timeout: slowMs }, async () => {
    const whole = await measureCore();
    const code = await measureCore(catalogueData);
    console.log(`core, minified and gzipped: ${kb(code)} without the data of the catalogue, ${kb(whole)} with them`);
    expect(code).toBeLessThanOrEqual(maxCoreBytes);
    expect(whole).toBeGreaterThan(code);
  });

  it.each(Object.entries(maxImportBytes))("brings what is imported and no more: %s", async (module, most) => {
    const bytes = {
      esbuild: await measureWithEsbuild(folder, module),
      rollup: await measureWithRollup(folder, module),
    };
    console.log(`${module} minified and gzipped: ${kb(bytes.esbuild)} with esbuild, ${kb(bytes.rollup)} with rollup`);
    expect(Math.max(bytes.esbuild, bytes.rollup)).toBeLessThanOrEqual(most);
  });

  it.each(["import", "require"] as const)("decides with its small entry, by %s", { timeout: slowMs }, async (how) => {
    const file = how === "import" ? "rules.mjs" : "rules.cjs";
    const flags = how === "import" ? [] : withoutRequireOfEsm;
    expect(await runScript(file, smallEntry(how), flags)).toEqual({ verdicts: ["block", "allow"], refused: true });
  });

  it("decides after one import", { timeout: slowMs }, async () => {
    const first = (await runScript("first-decision.mjs", firstDecision)) as Record<string, number | string>;
    console.log(
      `core: import ${first["importMs"]} ms, compile ${first["compileMs"]} ms, first decision ${first["decideMs"]} ms`,
    );
    expect(first["verdicts"]).toEqual(["block", "allow"]);
  });
});

describeReadmes();

describe("npx holdpoint", () => {
  /** Runs the command that npm has linked; gives its status and what it printed. */
  const npx = (...args: string[]): Promise<{ status: number; output: string }> =>
    new Promise((resolve, reject) => {
      const command = process.platform === "win32" ? "npx.cmd" : "npx";
      execFile(
        command,
        ["--no", "--", "holdpoint", ...args],
        { cwd: root, timeout: slowMs },
        (error, stdout, stderr) => {
          if (error && typeof error.code !== "number") return reject(error);
          resolve({ status: Number(error?.code ?? 0), output: stdout + stderr });
        },
      );
    });

  it("explains itself", { timeout: slowMs }, async () => {
    const { status, output } = await npx("--help");
    expect(output).toMatch(/Usage: holdpoint .*serve .*check <file>/s);
    expect(status).toBe(0);
  });

  it("passes a good policy file and names what is wrong with a bad one", { timeout: slowMs }, async () => {
    const examples = join("examples", "bad-policy-file");
    const good = await npx("check", join(examples, "good.yaml"));
    expect(good.output).toContain("1 policy compiles");
    expect(good.status).toBe(0);
    const bad = await npx("check", join(examples, "unknown-field.yaml"));
    expect(bad.output).toContain("unknown-field.yaml:7:7: ");
    expect(bad.output).toContain("did you mean `max_cost_per_execution`?");
    expect(bad.status).toBe(1);
  });
});

/** The files that a published file is made of beside itself, however deep. */
function listChunks(folder: string, file: string, known: string[] = []): string[] {
  for (const [, chunk = ""] of readFileSync(join(folder, file), "utf8").matchAll(
    /^(?:import|export)\b[^"';]*["']\.\/(chunk-[^"']+)["']/gm,
  )) {
    if (known.includes(chunk)) continue;
    known.push(chunk);
    listChunks(folder, chunk, known);
  }
  return known;
}

const kb = (bytes: number): string => `${(bytes / 1000).toFixed(1)} KB`;
