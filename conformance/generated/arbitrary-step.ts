import fc from "fast-check";
import { addresses, anyText, names, words } from "./words";

/** Requests with any of the members that policies read, mostly of the kind that is expected there. */
export function arbitraryStep(): fc.Arbitrary<unknown> {
  const text = fc.array(fc.constantFrom(...anyText), { maxLength: 6 }).map((parts) => parts.join(" "));
  const number = fc.constantFrom(0, 1, 3, 0.5, 10, -1, 1e9, 2 ** 53);
  const name = fc.constantFrom(...names.slice(0, 9));
  const address = fc.constantFrom(...addresses);
  const list = fc.array(name, { maxLength: 3 });
  const tool = fc.record({
    name,
    args: fc.dictionary(
      fc.constantFrom("q", "n", "amount", "k", "", "a secret", "drop table", "bob@example.com", "a_b_c", "__proto__"),
      fc.oneof(text, number, fc.jsonValue({ maxDepth: 2 })),
      { maxKeys: 4 },
    ),
  });
  const members: Record<string, fc.Arbitrary<unknown>> = {
    ...{ input: text, output: text, tool, metadata: fc.record({ k: fc.oneof(text, number) }) },
    toolOutputs: fc.array(fc.record({ name, output: fc.oneof(text, fc.jsonValue({ maxDepth: 2 })) }), { maxLength: 2 }),
    conversationHistory: fc.array(fc.record({ role: fc.constantFrom("user", "assistant", "tool"), content: text }), {
      maxLength: 3,
    }),
    ...{ tools: list, delegatedTools: list, delegationChain: list, userRoles: list, userGroups: list },
    ...{
      estimatedCost: number,
      estimatedTokens: number,
      outputTokens: number,
      recordCount: fc.constantFrom(0, 5, 1000),
    },
    ...{
      environment: fc.constantFrom("prod", "dev"),
      model: fc.constantFrom("gpt-4", "gpt-4o"),
      provider: name,
      region: fc.constantFrom(...words),
    },
    ...{
      userId: name,
      sessionId: fc.constantFrom("s1", "s2"),
      parentSessionId: fc.constant("s0"),
      workspaceId: name,
      teamId: name,
    },
    ...{
      action: name,
      resource: address,
      dataSource: address,
      targetAgentId: name,
      dataClassification: fc.constantFrom("public", "confidential"),
    },
    scores: fc.dictionary(fc.constantFrom("accuracy", "label", "p0"), fc.double({ min: 0, max: 1, noNaN: true }), {
      maxKeys: 2,
    }),
    classifications: fc.dictionary(
      fc.constantFrom("hate", "injection", "label"),
      fc.double({ min: 0, max: 1, noNaN: true }),
      { maxKeys: 2 },
    ),
    toolDescriptor: fc.record({ server: name, name, hash: fc.constant("00".repeat(32)), description: text }),
  };
  const phase = fc.constantFrom(
    "input",
    "output",
    "tool_call",
    "tool_result",
    "agent_call",
    "retrieval",
    "session_start",
  );
  const agentId = fc.constantFrom("agent", "a", "b", "ops/1");
  return fc.record({ agentId, phase, ...members }, { requiredKeys: ["agentId", "phase"] });
}
