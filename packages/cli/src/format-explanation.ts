import type { Explanation, GovernedSetting, PolicyExplanation } from "@holdpoint/core";
import type { colors } from "./print";

type Colors = typeof colors;

/** An explanation as lines for people, policies that did not apply last and short. */
export function formatExplanation({ policies, governance }: Explanation, paint: Colors): string[] {
  const considered = policies.filter(({ status }) => status !== "not_applicable");
  const others = policies.filter(({ status }) => status === "not_applicable");
  return [
    "",
    paint.bold("policies"),
    ...considered.flatMap((policy) => formatPolicy(policy, paint)),
    ...others.map(({ policyId, why }) => `  ${paint.dim(`${policyId}: does not apply, ${why ?? ""}`)}`),
    ...(governance.settings.length > 0
      ? ["", paint.bold("settings"), ...governance.settings.map((setting) => `  ${formatSetting(setting)}`)]
      : []),
  ];
}

function formatPolicy(policy: PolicyExplanation, paint: Colors): string[] {
  const { policyId, policyType, status, mode, modeSource, why } = policy;
  const raised = modeSource ? `, raised by ${sourceOf(modeSource)}` : "";
  const tone = status === "violated" || status === "error" ? paint.red : status === "passed" ? paint.green : paint.dim;
  const lines = [`  ${tone(status)} ${policyId} ${paint.dim(`(${policyType}, ${mode}${raised})`)}`];
  if (why) lines.push(`    ${why}`);
  for (const { policyId: id, status: outcome, counts } of policy.prerequisites ?? [])
    lines.push(`    after ${id}: ${counts ? outcome : "does not count"}`);
  for (const { id, holds, reason } of policy.conditions ?? [])
    lines.push(`    ${holds ? paint.red("holds") : paint.dim("no")} ${id} ${paint.dim(reason)}`);
  for (const { path, result, decided, parts } of policy.expressions ?? []) {
    const place = `${path}:${decided.line}:${decided.column}`;
    lines.push(`    ${paint.dim(place)} ${result} because \`${decided.source}\` is ${decided.value}`);
    for (const { source, value } of parts ?? []) lines.push(`      ${source} = ${value}`);
  }
  for (const { key, value } of policy.counters ?? []) lines.push(`    counter ${key} = ${value || "unreadable"}`);
  for (const { patternId, path, start, end } of policy.patterns ?? [])
    lines.push(`    pattern ${patternId} at ${path} ${start}–${end}`);
  return lines;
}

const sourceOf = ({ level, targetId, pack }: GovernedSetting): string =>
  [level, targetId, pack ? `pack ${pack}` : undefined].filter(Boolean).join(" ");

const formatSetting = (setting: GovernedSetting): string =>
  `${setting.dimension}${setting.name ? ` ${setting.name}` : ""} = ${setting.value} (${sourceOf(setting)})`;
