/** What a validator is told of the policies' side. */
export interface QuestionContext {
  readonly policyId: string;
  readonly organizationId: string;
  readonly agentName: string | undefined;
  readonly environment: string;
  /** RFC 3339. */
  readonly timestamp: string;
}

const members = [
  "agentId",
  "environment",
  "phase",
  "input",
  "output",
  "tool",
  "toolOutputs",
  "tools",
  "metadata",
  "estimatedCost",
  "userId",
  "sessionId",
] as const;

/** The body of a question (clause V-5), as JSON. Throws for a request that is none. */
export function buildQuestion(request: Readonly<Record<string, unknown>>, context: QuestionContext): string {
  const { agentName, environment, ...rest } = context;
  const said = Object.fromEntries(
    members.flatMap((name) => (request[name] === undefined || request[name] === null ? [] : [[name, request[name]]])),
  );
  return JSON.stringify({ phase: "input", environment, ...said, ...rest, ...(agentName ? { agentName } : {}) });
}
