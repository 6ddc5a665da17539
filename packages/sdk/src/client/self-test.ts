import type { Decision } from "@holdpoint/core";
import { HoldpointError, isAgentPausedError } from "../gen/errors";
import type { SelfTestOptions, SelfTestReport } from "../types";
import { findMissingClassifiers } from "./ask-classifiers";
import type { Holdpoint } from "./holdpoint";
import type { Running } from "./start";

/**
 * Proof that this client stops what it should: a step of an agent that is paused here, and of no other, through every
 * verb, and each canary through the policies in force (SPECIFICATION R-6). Rejects with HoldpointError, naming what was
 * let pass.
 */
export async function selfTest(
  hp: Holdpoint,
  { snapshot, connection, enforcer, settings }: Running,
  { monitorOnly = false, canaries = [] }: SelfTestOptions,
): Promise<SelfTestReport> {
  const agentId = `holdpoint-canary-${settings.platform.crypto.randomUuid()}`;
  hp.pauseAgent(agentId, { reason: "canary of the self test" });
  const stopped: string[] = [];
  try {
    for (const [name, push] of listSteps(hp, agentId)) {
      const error = await catchError(push);
      if (!isAgentPausedError(error) || error.agentId !== agentId)
        throw new HoldpointError(`\`${name}\` does not stop a paused agent`, { cause: error });
      stopped.push(name);
    }
  } finally {
    hp.resumeAgent(agentId);
  }
  const { plan } = snapshot.current;
  if (!plan) throw new HoldpointError("no policies are in force");
  if (connection?.isStale()) throw new HoldpointError("the policies in force are stale");
  const holding = plan.policies.filter(
    ({ isActive, enforcementMode }) =>
      isActive !== false && (enforcementMode === "block" || enforcementMode === "require_approval"),
  );
  if (holding.length === 0 && !monitorOnly)
    throw new HoldpointError(
      "no active policy can stop a step: they all monitor or warn; say `monitorOnly` if that is meant",
    );
  const missing = findMissingClassifiers(plan, settings.classifiers);
  if (missing.length > 0)
    throw new HoldpointError(
      `policies name classifiers that this client does not have: ${missing.map((name) => `\`${name.slice(0, 64)}\``).join(", ")}`,
    );
  for (const [index, canary] of canaries.entries()) {
    const decision = await enforcer.examine(canary);
    const [problem] = decision.problems;
    // What cannot be read is stopped whatever it asks for: that proves nothing.
    if (problem)
      throw new HoldpointError(
        `canary ${index} ${describe(decision)} cannot be read: \`${problem.path}\` ${problem.message}`,
      );
    if (decision.allowed) throw new HoldpointError(`canary ${index} ${describe(decision)} was let pass`);
  }
  return { stopped, holdingPolicies: holding.length, canaries: canaries.length };
}

type Step = readonly [name: string, push: () => unknown];

function listSteps(hp: Holdpoint, agentId: string): readonly Step[] {
  return [
    ["enforcePolicy", () => hp.enforcePolicy({ agentId, input: "canary" })],
    ["enforceToolCall", () => hp.enforceToolCall({ agentId, tool: "canary" })],
    ["enforceToolResult", () => hp.enforceToolResult({ agentId, tool: "canary", result: "canary" })],
    ["enforceOutput", () => hp.enforceOutput({ agentId, output: "canary" })],
    ["guardStream", () => hp.guardStream(["canary"], { agentId }).next()],
    ["startTrace", () => hp.startTrace({ agentId }).end()],
  ];
}

const catchError = (push: () => unknown): Promise<unknown> =>
  Promise.resolve()
    .then(push)
    .then(
      () => undefined,
      (error: unknown) => error,
    );

const describe = ({ agentId, phase }: Decision): string => `(agent \`${agentId.slice(0, 64)}\`, phase ${phase})`;
