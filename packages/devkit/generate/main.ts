import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { injectionPatterns, piiCategories } from "../../core/src/gen/detectors";
import { moderationPatterns } from "../../core/src/gen/moderation";
import { secretKinds } from "../../core/src/gen/secrets";
import { libraries } from "../test/published";
import { writeDecisionIndex } from "./decision-index";
import { writeFirstPass } from "./first-pass";
import { writeKnownPatterns } from "./known-patterns";

/**
 * Writes, or with `--check` compares, once `spec/` has been generated: what is made of the catalogue by the matcher, the licence of
 * every package that is published, the notices of what two of them carry of others, and the list of decisions. The order is that
 * of `listCatalogueSources`, which cannot be asked: it imports what is written here.
 */
const sources = [
  ...injectionPatterns.map(({ source }) => ({ source, flags: "i" })),
  ...piiCategories.flatMap(({ patterns }) =>
    patterns.map(({ source, flags, gate }) => (gate === "" ? { source, flags } : { source: gate, flags: "i" })),
  ),
  ...secretKinds.flatMap(({ patterns }) => patterns.map(({ source }) => ({ source, flags: "" }))),
  ...moderationPatterns.map(({ source }) => ({ source, flags: "i" })),
];

const root = new URL("../../../", import.meta.url);
const [licence, notice] = ["LICENSE", "NOTICE"].map((name) => readFileSync(new URL(name, root), "utf8")) as [
  string,
  string,
];

for (const [path, text] of [
  ["python/src/holdpoint/_gen/first_pass.py", writeFirstPass(sources)],
  ["packages/core/src/gen/known-patterns.ts", writeKnownPatterns(sources)],
  ["spec/decisions/README.md", writeDecisionIndex(new URL("spec/decisions/", root))],
  ...["packages/cli", ...Object.values(libraries), "python"].map((folder) => [`${folder}/LICENSE`, licence] as const),
  ...["packages/core", "packages/sdk", "python"].map((folder) => [`${folder}/NOTICE`, notice] as const),
] as const) {
  const file = new URL(path, root);
  if (!process.argv.includes("--check")) writeFileSync(file, text);
  else if (existsSync(file) && readFileSync(file, "utf8") === text) console.log(`${path} is what generate writes`);
  else {
    console.error(`${path} is not what generate writes: run \`npm run generate\``);
    process.exit(1);
  }
}
