/** Who the steps belong to. */
export interface HoldpointLangChainOptions {
  readonly agentId: string;
  readonly environment?: string;
  readonly sessionId?: string;
  readonly userId?: string;
  /** The cost in USD of a model call, from the whole text that is about to be sent. */
  readonly estimateCost?: (text: string) => number;
}

export interface HandlerOptions extends HoldpointLangChainOptions {
  /**
   * Ends a wait for a human, for a handler that is made for one call: LangChain tells handlers the signal of models and chains
   * and not that of a tool or a retriever that is invoked by itself.
   */
  readonly signal?: AbortSignal;
}
