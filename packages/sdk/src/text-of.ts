import type { Decision } from "@holdpoint/core";

/**
 * The text to use in place of one of the request's own: what a policy put there (redacted, masked), or the original
 * when no policy changed it. `path` is a JSON pointer into the request, such as `/input` or `/toolOutputs/0/output`.
 */
export function textOf(decision: Decision, path: string, original: string): string {
  for (const transform of decision.transforms) if (transform.path === path) return transform.text;
  return original;
}
