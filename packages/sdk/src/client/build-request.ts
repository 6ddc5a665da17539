/**
 * The core's request out of a verb's input. Nothing is checked here: what is wrong with it becomes part of the
 * decision. What is not an object is passed on as it is; what throws when read is passed on as nothing, which every policy
 * that blocks holds.
 */
export type BuildRequest = (input: unknown, environment: string | undefined) => unknown;

type Members = Record<string, unknown>;

/** `make` gets the members to begin with: what is added to a copy afterwards takes a hundred times as long as the copy. */
const build =
  (make: (input: Members, own: Members) => Members): BuildRequest =>
  (input, environment) => {
    if (typeof input !== "object" || input === null || Array.isArray(input)) return input;
    try {
      if (environment === undefined) return make(input as Members, nothing);
      const request = make(input as Members, { environment });
      if (request["environment"] === undefined) request["environment"] = environment;
      return request;
    } catch {
      return undefined;
    }
  };

const nothing: Members = Object.freeze({});

export const buildPolicyRequest: BuildRequest = build((input, own) =>
  own === nothing ? { ...input } : { environment: own["environment"], ...input },
);

export const buildToolCallRequest: BuildRequest = build(({ tool, args, ...rest }, own) => {
  const called = args === undefined ? { name: tool } : { name: tool, args };
  const request: Members = { phase: "", tool: called, ...own, ...rest };
  request["phase"] = "tool_call";
  return request;
});

export const buildToolResultRequest: BuildRequest = build(({ tool, args, result, ...rest }, own) => {
  // A tool that returns nothing has returned an empty text: that is no malformed request.
  const returned = { name: tool, ...(args === undefined ? {} : { input: args }), output: result ?? "" };
  const request: Members = { phase: "", toolOutputs: [], ...own, ...rest };
  request["phase"] = "tool_result";
  request["toolOutputs"] = [returned];
  return request;
});

export const buildOutputRequest: BuildRequest = build((input, own) => {
  const request: Members = { phase: "", ...own, ...input };
  request["phase"] = "output";
  return request;
});
