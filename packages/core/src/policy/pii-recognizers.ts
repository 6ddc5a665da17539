import { createPiiSignal, type OwnRecognizers, piiCategoryNames } from "../detect/pii";
import { validatorNames } from "../detect/validators/index";
import type { PiiAccessRule } from "../gen/policy-types";
import { compileSet } from "../match/index";
import { addUnknown, type ProblemList, pointTo } from "./problems";

/** A rule's own recognizers made ready, or undefined where there are none; what is wrong with them is added to the problems. */
export function prepareRecognizers(
  { recognizers }: PiiAccessRule,
  pointer: string,
  problems: ProblemList,
): OwnRecognizers | undefined {
  // What is not of its type has a problem already.
  const isWhole = recognizers.every(
    (one) =>
      Object.values(one).every((value) => value !== undefined) && one.pattern !== undefined && one.name !== undefined,
  );
  if (recognizers.length === 0 || !isWhole) return undefined;
  const seen = new Set<string>(piiCategoryNames);
  for (const [index, { name, checksum }] of recognizers.entries()) {
    const place = pointTo(pointer, index);
    if (!/^[a-z][a-z0-9_]{0,39}$/.test(name))
      problems.add(
        pointTo(place, "name"),
        "expected small letters, digits and underscores, at most 40, a letter first",
      );
    else if (seen.has(name)) problems.add(pointTo(place, "name"), `another category is called \`${name}\``);
    seen.add(name);
    if (checksum !== "" && !validatorNames.includes(checksum))
      addUnknown(problems, pointTo(place, "checksum"), "checksum", checksum, validatorNames);
  }
  const compiled = compileSet(recognizers.map(({ pattern }, index) => ({ id: String(index), source: pattern })));
  if (!compiled.ok) {
    for (const { id, position, message } of compiled.problems)
      problems.add(pointTo(pointTo(pointer, id), "pattern"), `pattern refused at position ${position}: ${message}`);
    return undefined;
  }
  return { set: compiled.set, signals: recognizers.map(toSignal) };
}

function toSignal(recognizer: PiiAccessRule["recognizers"][number]) {
  const { name, pattern, context, confidence, context_confidence: contextConfidence, checksum } = recognizer;
  const row = {
    id: `own.${name}`,
    source: pattern,
    flags: "",
    boundary: "none",
    validator: checksum,
    confidence,
    context,
    contextConfidence,
    contextRequired: false,
    unless: [],
    lane: "text" as const,
    gate: "",
    field: "" as const,
    fieldValidator: "",
  };
  return createPiiSignal(
    { category: name, label: name.toUpperCase(), severity: "medium", keepLast: 0, patterns: [row] },
    row,
  );
}
