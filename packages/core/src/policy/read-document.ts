import type { CompileProblem } from "../gen/messages";
import { type PolicyTypeName, policyTypeNames } from "../gen/policy-types";
import { addUnknown, createProblemList, describeType, isObject, pointTo } from "./problems";

/** A policy as written, and where it stands in its document. */
export interface WrittenPolicy {
  readonly policy: unknown;
  readonly pointer: string;
}

export type ReadResult =
  | { readonly ok: true; readonly policies: readonly WrittenPolicy[] }
  | { readonly ok: false; readonly problems: readonly CompileProblem[] };

/** Type names by themselves and by their aliases. */
export const typeNames: ReadonlyMap<string, PolicyTypeName> = new Map(Object.entries(policyTypeNames));

/**
 * The policies of a document in any of its three shapes: a list of policies; `{policies: […]}`; or the short form, a
 * map from type or alias to `{enforcement: block, …fields of the rule}`, whose policies take the type as their id.
 */
export function readPolicyDocument(document: unknown): ReadResult {
  if (Array.isArray(document)) return readList(document, "");
  const problems = createProblemList();
  if (!isObject(document)) {
    problems.add("", `expected a list of policies or a map of policy types, got ${describeType(document)}`);
    return { ok: false, problems: problems.list };
  }
  if ("policies" in document) {
    for (const key of Object.keys(document)) {
      if (key !== "policies" && key !== "version")
        addUnknown(problems, pointTo("", key), "field", key, ["policies", "version"]);
    }
    if (!Array.isArray(document["policies"])) {
      problems.add("/policies", `expected a list, got ${describeType(document["policies"])}`);
    }
    return problems.list.length > 0
      ? { ok: false, problems: problems.list }
      : readList(document["policies"] as unknown[], "/policies");
  }
  const policies: WrittenPolicy[] = [];
  for (const [key, value] of Object.entries(document)) {
    const pointer = pointTo("", key);
    if (!typeNames.has(key)) addUnknown(problems, pointer, "policy type", key, [...typeNames.keys()]);
    else if (!isObject(value)) problems.add(pointer, `expected an object, got ${describeType(value)}`);
    else policies.push({ policy: expandShortForm(key, value), pointer });
  }
  return problems.list.length > 0 ? { ok: false, problems: problems.list } : { ok: true, policies };
}

const readList = (list: readonly unknown[], pointer: string): ReadResult => ({
  ok: true,
  policies: list.map((policy, index) => ({ policy, pointer: pointTo(pointer, index) })),
});

function expandShortForm(type: string, value: Record<string, unknown>): unknown {
  const { enforcement, ...ruleDefinition } = value;
  return {
    id: type,
    policyType: type,
    ...(enforcement === undefined ? {} : { enforcementMode: enforcement }),
    ruleDefinition,
  };
}
