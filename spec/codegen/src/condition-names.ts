import {
  anyNumber,
  bool,
  boundedNumber,
  type CelType,
  type ConditionName,
  type ConditionNames,
  dyn,
  instant,
  listOf,
  mapOf,
  text,
} from "./cel-types.ts";
import { stateNames } from "./emit-state.ts";
import { fieldTypes } from "./field-types.ts";
import type { FieldSpec, PolicyTypeSpec, Spec } from "./read-spec.ts";
import { snake } from "./text.ts";

/** Wire name → type, part, and where it stands in the view of each language (as `view.x` and `view.extras.x`). */
const requestNames: Readonly<Record<string, readonly [CelType, string, string, string]>> = {
  agentId: [text, "identity", "agentId", "agent_id"],
  phase: [text, "identity", "phase", "phase"],
  environment: [text, "identity", "environment", "environment"],
  input: [text, "input", "input", "input"],
  output: [text, "output", "output", "output"],
  "tool.name": [text, "tool", "tool.name", "tool_name"],
  "tool.args": [mapOf(dyn), "tool", "tool.args", "tool_args"],
  "tool.result": [text, "tool_result", "tool.result", "tool_result"],
  tools: [listOf(text), "tools", "tools", "tools"],
  metadata: [mapOf(dyn), "metadata", "metadata", "metadata"],
  estimatedTokens: [boundedNumber, "tokens", "tokens", "tokens"],
  model: [text, "model", "model", "model"],
  userId: [text, "user", "userId", "user_id"],
  sessionId: [text, "session", "sessionId", "session_id"],
  ...Object.fromEntries(
    (
      [
        ["provider", text],
        ["region", text],
        ["userRoles", listOf(text)],
        ["userGroups", listOf(text)],
        ["action", text],
        ["resource", text],
        ["targetAgentId", text],
        ["delegationChain", listOf(text)],
        ["delegatedTools", listOf(text)],
        ["dataSource", text],
        ["dataClassification", text],
        ["recordCount", boundedNumber],
        ["scores", mapOf(anyNumber)],
        ["classifications", mapOf(boundedNumber)],
        ["outputTokens", boundedNumber],
      ] as const
    ).map(([name, type]) => [name, [type, name, `extras.${name}`, `extras.${snake(name)}`]]),
  ),
};

/** Facts about the agent as registered; all are text. */
const agentNames = ["id", "name", "autonomy", "team", "workspace"];

const resultTypes: Readonly<Record<string, CelType>> = {
  number: anyNumber,
  string: text,
  severity: text,
  bool,
  stringList: listOf(text),
};

/** Which names the conditions of a type may read. */
export function listConditionNames(type: PolicyTypeSpec, spec: Spec): ConditionNames {
  const names = new Map<string, ConditionName>();
  names.set("cost", { type: boundedNumber, typescript: "c.cost", python: "c.cost", part: "cost" });
  names.set("now", { type: instant, typescript: "c.evaluation.nowMs", python: "c.evaluation.now_ms" });
  for (const [name, [celType, part, typescript, python]] of Object.entries(requestNames)) {
    const source = { typescript: `c.evaluation.view.${typescript}`, python: `c.evaluation.view.${python}` };
    names.set(`request.${name}`, { type: celType, ...source, part });
  }
  for (const name of agentNames) {
    const source = { typescript: `c.evaluation.agent.${name}`, python: `c.evaluation.agent["${name}"]` };
    names.set(`agent.${name}`, { type: text, ...source });
  }
  addFields(names, "rule", type.fields, "c.rule", "c.rule");
  for (const { record, name } of stateNames(type)) {
    const source = { typescript: `c.${record}.${name}`, python: `c.${record}["${name}"]` };
    names.set(`${record}.${name}`, { type: boundedNumber, ...source });
  }
  for (const [name, operator] of Object.entries(type.uses ?? {})) {
    for (const [field, kind] of Object.entries(spec.operators[operator]?.result ?? {})) {
      const celType = resultTypes[kind];
      if (!celType) throw new Error(`operator \`${operator}\`: result \`${field}\` has the unknown type \`${kind}\``);
      names.set(`${name}.${field}`, {
        type: celType,
        typescript: `c.${name}.${field}`,
        python: `c.${name}["${field}"]`,
      });
    }
  }
  return names;
}

function addFields(
  names: Map<string, ConditionName>,
  path: string,
  fields: Readonly<Record<string, FieldSpec>>,
  typescript: string,
  python: string,
): void {
  for (const [name, field] of Object.entries(fields)) {
    const kind = fieldTypes[field.type];
    if (!kind) throw new Error(`field \`${path}.${name}\` has the unknown type \`${field.type}\``);
    const own = { typescript: `${typescript}.${name}`, python: `${python}["${name}"]` };
    const present = field.required || field.default !== undefined;
    const optional = present
      ? {}
      : { optional: { typescript: `${own.typescript} !== undefined`, python: `"${name}" in ${python}` } };
    const celType = kind.cel(field);
    if (celType) names.set(`${path}.${name}`, { type: celType, ...own, ...optional });
    if (field.type === "object" && present)
      addFields(names, `${path}.${name}`, field.fields ?? {}, own.typescript, own.python);
  }
}
