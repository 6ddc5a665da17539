import type { CommonInput } from "../types";

/** Who the steps of an adapter belong to: what every verb is told about the agent, or about another one in its stead. */
export function identityOf(
  { agentId, environment, sessionId, userId }: CommonInput,
  insteadOf?: string | undefined,
): CommonInput {
  return {
    agentId: insteadOf ?? agentId,
    ...(environment === undefined ? {} : { environment }),
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(userId === undefined ? {} : { userId }),
  };
}
