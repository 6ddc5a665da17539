import { existsSync } from "node:fs";
import { join } from "node:path";
import { emitDetectors } from "./emit-detectors.ts";
import { emitDigest } from "./emit-digest.ts";
import { emitErrors } from "./emit-errors.ts";
import { emitJsonSchema } from "./emit-json-schema.ts";
import { emitMessages, emitProtobuf } from "./emit-messages.ts";
import { checkTiers, emitPacks } from "./emit-packs.ts";
import { emitPolicyTypes } from "./emit-policy-types.ts";
import { emitReference } from "./emit-reference.ts";
import { emitRulesProto } from "./emit-rules-proto.ts";
import { emitTables } from "./emit-tables.ts";
import { findDifferences, type GeneratedFile, specRoot, writeFiles } from "./files.ts";
import { withLearnedModels } from "./learned-models.ts";
import { readSpec } from "./read-spec.ts";

/** Emitters of the rooms that own their tables. */
async function emitRooms(): Promise<GeneratedFile[]> {
  const files: GeneratedFile[] = [];
  for (const [name, verb] of [
    ["emit-match-limits", "emitMatchLimits"],
    ["emit-unicode", "emitUnicode"],
    ["emit-expr-limits", "emitExprLimits"],
    ["emit-views", "emitViews"],
    ["emit-secrets", "emitSecrets"],
    ["emit-moderation", "emitModeration"],
    ["emit-private-hosts", "emitPrivateHosts"],
  ] as const) {
    const path = join(specRoot, "codegen", "src", `${name}.ts`);
    if (!existsSync(path)) continue;
    const emitter = (await import(path)) as Record<string, (root: string) => GeneratedFile[]>;
    files.push(...(emitter[verb]?.(specRoot) ?? []));
  }
  return files;
}

const check = process.argv.includes("--check");
const spec = readSpec();
checkTiers(spec.tiers, spec.policyTypes);
const rulesProto = emitRulesProto(spec);
if (!check) writeFiles([rulesProto]);
const files = [
  rulesProto,
  ...emitTables(spec),
  ...emitErrors(spec),
  ...emitPolicyTypes(spec),
  ...emitPacks(spec.policyTypes),
  ...withLearnedModels(emitDetectors()),
  ...emitMessages(),
  ...emitJsonSchema(spec),
  ...emitReference(spec),
  ...emitProtobuf(),
  ...emitDigest(),
  ...(await emitRooms()),
];
if (check) {
  const differences = findDifferences(files);
  for (const path of differences) console.error(`${path} is not what spec/ says: run \`npm run generate\``);
  if (differences.length > 0) process.exit(1);
  console.log(`${files.length} generated files agree with spec/`);
} else {
  writeFiles(files);
  console.log(`wrote ${files.length} files`);
}
