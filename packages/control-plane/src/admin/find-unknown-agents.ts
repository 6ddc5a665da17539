import { type CompileProblem, suggest } from "@holdpoint/core";
import type { PlacedPolicy } from "./check-policy-set";

/** What stands in a problem about an agent that nobody has registered. */
const unknown = "unknown agent";

/**
 * Every agent that these policies name and nobody has registered, each in its place: `appliesToAgents`, the target of
 * the level `agent`, and the agents of tool rules. A typing error must not look like a policy that is on.
 */
export function findUnknownAgents(
  placed: readonly PlacedPolicy[],
  registered: ReadonlySet<string>,
): readonly CompileProblem[] {
  return placed.flatMap(({ policy, pointer }) =>
    listNamed(policy).flatMap(({ name, at }) => {
      if (typeof name !== "string" || registered.has(name)) return [];
      const near = suggest(name, [...registered]);
      const hint = near ? `did you mean \`${near}\`?` : "register it first";
      const message = `${unknown} \`${name.slice(0, 64)}\`, ${hint}`;
      return [{ pointer: `${pointer}${at}`, message, ...(near ? { suggestion: near } : {}) }];
    }),
  );
}

/** True for a problem that was found here. */
export const isUnknownAgent = ({ message }: CompileProblem): boolean => message.startsWith(unknown);

function listNamed(policy: unknown): { readonly name: unknown; readonly at: string }[] {
  const { appliesToAgents, level, targetId, ruleDefinition } = asRecord(policy);
  const rules = asList(asRecord(ruleDefinition)["rules"]);
  return [
    ...asList(appliesToAgents).map((name, index) => ({ name, at: `/appliesToAgents/${index}` })),
    ...(level === "agent" && targetId ? [{ name: targetId, at: "/targetId" }] : []),
    ...rules.flatMap((rule, at) =>
      asList(asRecord(rule)["agents"]).map((name, index) => ({
        name,
        at: `/ruleDefinition/rules/${at}/agents/${index}`,
      })),
    ),
  ];
}

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
