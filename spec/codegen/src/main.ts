import { emitDetectors } from "./emit-detectors.ts";
import { emitDigest } from "./emit-digest.ts";
import { emitErrors } from "./emit-errors.ts";
import { emitExprLimits } from "./emit-expr-limits.ts";
import { emitJsonSchema } from "./emit-json-schema.ts";
import { emitMatchLimits } from "./emit-match-limits.ts";
import { emitMessages, emitProtobuf } from "./emit-messages.ts";
import { emitModeration } from "./emit-moderation.ts";
import { checkTiers, emitPacks } from "./emit-packs.ts";
import { emitPolicyTypes } from "./emit-policy-types.ts";
import { emitPrivateHosts } from "./emit-private-hosts.ts";
import { emitReference } from "./emit-reference.ts";
import { emitRulesProto } from "./emit-rules-proto.ts";
import { emitSecrets } from "./emit-secrets.ts";
import { emitTables } from "./emit-tables.ts";
import { emitUnicode } from "./emit-unicode.ts";
import { emitViews } from "./emit-views.ts";
import { findDifferences, specRoot, writeFiles } from "./files.ts";
import { withLearnedModels } from "./learned-models.ts";
import { readSpec } from "./read-spec.ts";
import { withSlotModel } from "./slot-model.ts";

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
  ...withSlotModel(withLearnedModels(emitDetectors())),
  ...emitMessages(spec),
  ...emitJsonSchema(spec),
  ...emitReference(spec),
  ...emitProtobuf(),
  ...emitDigest(),
  ...emitMatchLimits(specRoot),
  ...emitUnicode(specRoot),
  ...emitExprLimits(specRoot),
  ...emitViews(),
  ...emitSecrets(),
  ...emitModeration(),
  ...emitPrivateHosts(specRoot),
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
