import type { CommonInput } from "@holdpoint/sdk";

/** Who the steps belong to. */
export interface HoldpointAgentsOptions {
  readonly agentId: string;
  readonly environment?: string;
  readonly sessionId?: string;
  readonly userId?: string;
  /** The cost in USD of a model call, from the whole text that is about to be sent. */
  readonly estimateCost?: (text: string) => number;
}

/** What every verb is told about the agent; about that of a canary instead, when a step carries one. */
export function identityOf(
  { agentId, environment, sessionId, userId }: HoldpointAgentsOptions,
  canary: string | undefined = undefined,
): CommonInput {
  return {
    agentId: canary ?? agentId,
    ...(environment === undefined ? {} : { environment }),
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(userId === undefined ? {} : { userId }),
  };
}
