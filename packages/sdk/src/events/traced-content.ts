import type { Decision } from "@holdpoint/core";
import { copyJson } from "../transport/copy-json";
import { createSecretMask } from "./secret-mask";
import { cutText, readName } from "./traced-text";

/** What a trace says about the texts of one step. */
export interface TracedContent {
  readonly input?: string;
  readonly output?: string;
  readonly tool?: string;
}

/**
 * The texts of a decided request, as the policies want them seen: with every transform in place, and without the
 * credentials that were found. Where a policy could not look (a malformed or too large request, a defect) the texts are
 * left out, for it might have masked them. Never throws.
 */
export function describeContent(request: unknown, decision: Decision): TracedContent {
  try {
    const { input, output, tool, toolOutputs } = request as Record<string, unknown>;
    const last = Array.isArray(toolOutputs) ? toolOutputs.length - 1 : -1;
    const called = decision.phase === "tool_result" ? toolOutputs?.[last as keyof unknown] : tool;
    const name = readName((called as { name?: unknown } | undefined)?.name);
    const named = name === undefined ? {} : { tool: name };
    if (!wasScanned(decision)) return named;
    switch (decision.phase) {
      case "tool_call": {
        const args = (tool as { args?: unknown } | undefined)?.args;
        return { ...named, ...textMember("input", args, "/tool/args", decision) };
      }
      case "tool_result": {
        const result = (called as { output?: unknown } | undefined)?.output;
        return { ...named, ...textMember("output", result, `/toolOutputs/${last}/output`, decision) };
      }
      default:
        return {
          ...named,
          ...textMember("input", input, "/input", decision),
          ...textMember("output", output, "/output", decision),
        };
    }
  } catch {
    return {};
  }
}

const unscanned: ReadonlySet<string> = new Set(["REQUEST_INVALID", "REQUEST_TOO_LARGE", "INTERNAL"]);

/** True when every applicable policy could read every text of the request. */
export function wasScanned({ verdict, problems, outcomes }: Decision): boolean {
  return (
    verdict !== "paused" &&
    problems.length === 0 &&
    !outcomes.some(({ status, reason }) => status === "error" && reason !== undefined && unscanned.has(reason))
  );
}

/** How a text at a pointer is recorded; undefined where no text of the decision is known to be fit for it. */
export function createRewrite(decision: Decision): ((text: string, at: string) => string) | undefined {
  const byPath = new Map(decision.transforms.map(({ path, text }) => [path, text]));
  const secrets = createSecretMask(decision);
  if (!secrets) return (text, at) => byPath.get(at) ?? text;
  if (!secrets.isWhole) return undefined;
  return (text, at) => secrets.write(at, text, byPath.get(at) ?? text);
}

/** One value as a text, transforms in place; a structure is written as JSON. */
function textMember(name: "input" | "output", value: unknown, pointer: string, decision: Decision): TracedContent {
  if (value === undefined || value === null || value === "") return {};
  const rewrite = createRewrite(decision);
  if (!rewrite) return {};
  const copied = copyJson(value, { exact: false, pointer, text: rewrite });
  if (!copied.ok) return {};
  const text = typeof copied.value === "string" ? copied.value : JSON.stringify(copied.value);
  return { [name]: cutText(text) };
}
