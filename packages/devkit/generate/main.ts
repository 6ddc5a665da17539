import { readFileSync, writeFileSync } from "node:fs";
import { injectionPatterns, piiCategories } from "../../core/src/gen/detectors";
import { moderationPatterns } from "../../core/src/gen/moderation";
import { secretKinds } from "../../core/src/gen/secrets";
import { writeFirstPass } from "./first-pass";

/** Writes, or with `--check` compares, what is made of the catalogue by the matcher, once `spec/` has been generated. */
const path = "python/src/holdpoint/_gen/first_pass.py";
const file = new URL(`../../../${path}`, import.meta.url);

const text = writeFirstPass([
  ...injectionPatterns.map(({ source }) => ({ source, flags: "i" })),
  ...piiCategories.flatMap(({ patterns }) =>
    patterns.map(({ source, flags, gate }) => (gate === "" ? { source, flags } : { source: gate, flags: "i" })),
  ),
  ...secretKinds.flatMap(({ patterns }) => patterns.map(({ source }) => ({ source, flags: "" }))),
  ...moderationPatterns.map(({ source }) => ({ source, flags: "i" })),
]);
if (!process.argv.includes("--check")) writeFileSync(file, text);
else if (readFileSync(file, "utf8") === text) console.log(`${path} agrees with the catalogue`);
else {
  console.error(`${path} is not what the catalogue says: run \`npm run generate\``);
  process.exit(1);
}
