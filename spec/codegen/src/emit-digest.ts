import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type GeneratedFile, pythonFile, specRoot, typescriptFile } from "./files.ts";

/** SHA-256 over every data file of the contract, names included: two builds with the same digest mean the same. */
export function emitDigest(): GeneratedFile[] {
  const hash = createHash("sha256");
  for (const folder of ["catalog", "proto", "tables"]) {
    const names = readdirSync(join(specRoot, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(yaml|proto|json)$/.test(name))
      .sort();
    for (const name of names)
      hash
        .update(`${folder}/${name}\0`)
        .update(readFileSync(join(specRoot, folder, name)))
        .update("\0");
  }
  const digest = hash.digest("hex");
  return [
    typescriptFile(
      "packages/core/src/gen/digest.ts",
      `/** SHA-256 of the contract this was generated from. */\nexport const specDigest = "${digest}";`,
    ),
    pythonFile(
      "python/src/holdpoint/_gen/digest.py",
      `"""Digest of the contract."""\n\nfrom typing import Final\n\nSPEC_DIGEST: Final = "${digest}"`,
    ),
  ];
}
