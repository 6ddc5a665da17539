/** Who the steps belong to. */
export interface HoldpointAgentsOptions {
  readonly agentId: string;
  readonly environment?: string;
  readonly sessionId?: string;
  readonly userId?: string;
  /** The cost in USD of a model call, from the whole text that is about to be sent. */
  readonly estimateCost?: (text: string) => number;
}
