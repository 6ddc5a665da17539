import { type CompileProblem, governanceSettingsFields } from "../gen/messages";
import { packs } from "../gen/packs";
import { closedSetAliases, closedSets, resolveName } from "./closed-sets";
import { decodeObject } from "./decode-message";
import { addUnknown, createProblemList, type ProblemList, pointTo } from "./problems";
import { typeNames } from "./read-document";

/**
 * Everything that is wrong with settings documents as their writer sees them: here an unknown value is a slip of the pen,
 * while a reader takes it for the most restrictive one (SPECIFICATION D-37). Never throws.
 */
export function checkGovernanceSettings(documents: readonly unknown[], pointer = ""): readonly CompileProblem[] {
  const problems = createProblemList();
  documents.forEach((document, index) => {
    checkDocument(document, pointTo(pointer, index), problems);
  });
  return problems.list;
}

const targeted: ReadonlySet<unknown> = new Set(["agent", "team", "workspace"]);

function checkDocument(document: unknown, pointer: string, problems: ProblemList): void {
  const settings = decodeObject(governanceSettingsFields, document, pointer, problems);
  if (!settings) return;
  const { level, targetId, minimumModes, discovery } = settings;
  const named = Array.isArray(settings["packs"]) ? (settings["packs"] as unknown[]) : [];
  checkName("level", level, pointTo(pointer, "level"), problems);
  checkName("autonomyLevel", settings["maxAutonomy"], pointTo(pointer, "maxAutonomy"), problems);
  checkName("artifactGovernance", settings["artifactGovernance"], pointTo(pointer, "artifactGovernance"), problems);
  if (targeted.has(level) && !targetId)
    problems.add(pointTo(pointer, "targetId"), `missing field \`targetId\`: the level \`${level}\` needs one`);
  if (!targeted.has(level) && targetId && closedSets["level"]?.includes(String(level)))
    problems.add(pointTo(pointer, "targetId"), "needs a `level` of `agent`, `team` or `workspace`");
  for (const [type, mode] of Object.entries(minimumModes ?? {})) {
    const at = pointTo(pointTo(pointer, "minimumModes"), type);
    if (type !== "*" && !typeNames.has(type)) addUnknown(problems, at, "policy type", type, [...typeNames.keys()]);
    checkName("enforcementMode", mode, at, problems);
  }
  for (const name of Object.keys(discovery ?? {})) {
    const toggles = closedSets["discoveryToggle"] ?? [];
    if (!toggles.includes(name))
      addUnknown(problems, pointTo(pointTo(pointer, "discovery"), name), "field", name, toggles);
  }
  named.forEach((name, index) => {
    const known = packs.map(({ pack }) => pack);
    if (typeof name === "string" && !known.includes(name))
      addUnknown(problems, pointTo(pointTo(pointer, "packs"), index), "pack", name, known);
  });
}

function checkName(set: string, value: unknown, pointer: string, problems: ProblemList): void {
  if (typeof value !== "string" || resolveName(set, value) !== undefined) return;
  addUnknown(problems, pointer, "value", value, [
    ...(closedSets[set] ?? []),
    ...Object.keys(closedSetAliases[set] ?? {}),
  ]);
}
