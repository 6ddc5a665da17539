/**
 * Writes `spec/catalog/detectors/pii/phone-plans.yaml` from the metadata of libphonenumber (Apache-2.0), in the form in which
 * the package libphonenumber-js (MIT) ships it: `npx tsx spec/codegen/tools/read-phone-plans.ts <metadata.min.json>`.
 */
import { readFileSync, writeFileSync } from "node:fs";

/** By region: calling code, international prefix, general pattern, lengths, formats, national prefix. */
type Region = readonly [string, string, string, readonly number[], unknown, string | 0 | null | undefined];

const path = process.argv[2];
if (!path) throw new Error("expected the path of metadata.min.json");
const { countries } = JSON.parse(readFileSync(path, "utf8")) as { countries: Record<string, Region> };
const rows = new Map<string, Set<string>>();
for (const [code, , pattern, , , prefix] of Object.values(countries)) {
  const trunk = typeof prefix === "string" ? prefix : "";
  const key = `${code},${trunk}`;
  rows.set(key, (rows.get(key) ?? new Set()).add(pattern));
}
const lines = [...rows]
  .sort(([a], [b]) => Number.parseInt(a, 10) - Number.parseInt(b, 10) || (a < b ? -1 : 1))
  .map(([key, patterns]) => {
    const [code, trunk] = key.split(",");
    return `  - { code: "${code}", trunk: "${trunk}", numbers: '${[...patterns].join("|")}' }`;
  });
writeFileSync(
  new URL("../../catalog/detectors/pii/phone-plans.yaml", import.meta.url),
  `# Telephone numbers of the world: calling code, national (trunk) prefix, and a pattern of the numbers after it.
# Made by spec/codegen/tools/read-phone-plans.ts from the general patterns of Google's libphonenumber (Apache-2.0), as shipped
# by libphonenumber-js 1.13 (MIT). Not to be edited by hand.
plans:
${lines.join("\n")}
`,
);
