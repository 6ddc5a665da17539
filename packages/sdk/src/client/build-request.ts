/**
 * The core's request out of a verb's input. Nothing is checked here: what is wrong with it becomes part of the
 * decision. What is not an object is passed on as it is; what throws when read is passed on as nothing, which every policy
 * that blocks holds.
 */
export type BuildRequest = (input: unknown, environment: string | undefined) => unknown;

const build =
  (make: (input: Record<string, unknown>) => Record<string, unknown>): BuildRequest =>
  (input, environment) => {
    if (typeof input !== "object" || input === null || Array.isArray(input)) return input;
    try {
      const request = make(input as Record<string, unknown>);
      if (environment !== undefined && request["environment"] === undefined) request["environment"] = environment;
      return request;
    } catch {
      return undefined;
    }
  };

export const buildPolicyRequest: BuildRequest = build((input) => ({ ...input }));

export const buildToolCallRequest: BuildRequest = build(({ tool, args, ...rest }) => ({
  ...rest,
  phase: "tool_call",
  tool: args === undefined ? { name: tool } : { name: tool, args },
}));

export const buildToolResultRequest: BuildRequest = build(({ tool, args, result, ...rest }) => ({
  ...rest,
  phase: "tool_result",
  // A tool that returns nothing has returned an empty text: that is no malformed request.
  toolOutputs: [{ name: tool, ...(args === undefined ? {} : { input: args }), output: result ?? "" }],
}));

export const buildOutputRequest: BuildRequest = build((input) => ({ ...input, phase: "output" }));
