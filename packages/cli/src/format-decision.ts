import type { Decision } from "@holdpoint/core";
import type { colors } from "./print";

type Colors = typeof colors;

const tones = {
  allow: "green",
  monitor: "cyan",
  warn: "yellow",
  require_approval: "yellow",
  block: "red",
  paused: "red",
} as const;

/** A decision as lines for people: the verdict, then what led to it. */
export function formatDecision(decision: Decision, paint: Colors): string[] {
  const { verdict, allowed, violations, alerts, problems, transforms, tierOverrides = [] } = decision;
  const tone = paint[tones[verdict]];
  return [
    `${tone(paint.bold(verdict))} ${allowed ? "the step may happen" : "the step must not happen now"}`,
    ...violations.map(
      ({ policyId, enforcementMode, reason, message }) =>
        `  ${paint[tones[enforcementMode]](enforcementMode)} ${policyId}: ${message} ${paint.dim(reason)}`,
    ),
    ...alerts.map(
      ({ policyId, reason, message }) => `  ${paint.cyan("alert")} ${policyId}: ${message} ${paint.dim(reason)}`,
    ),
    ...transforms.map(({ path }) => `  ${paint.cyan("rewritten")} ${path}`),
    ...problems.map(({ path, message }) => `  ${paint.yellow("request")} ${path || "/"}: ${message}`),
    ...tierOverrides.map(
      ({ policyId, tier, agentTier }) =>
        `  ${paint.dim("override")} ${policyId}: belongs to tier ${tier}, the agent is in ${agentTier}`,
    ),
  ];
}
