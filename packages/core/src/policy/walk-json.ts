import { limits } from "../gen/tables";
import { describeType, pointTo } from "./problems";

export interface WalkOutcome {
  readonly nodesLeft: number;
  /** True when the visitor asked to stop. */
  readonly stopped: boolean;
  readonly problem?: {
    readonly path: string;
    readonly reason: "REQUEST_INVALID" | "REQUEST_TOO_LARGE";
    readonly message: string;
  };
}

/**
 * Visits every string of a JSON value, members in the order of their names (so that every language agrees), and stops at the first thing that is not JSON or
 * over a limit (depth, number of values; a cycle shows as depth). Object members that are undefined are passed over.
 */
export function walkJson(
  value: unknown,
  path: string,
  nodes: number,
  visitText: (text: string, path: string) => boolean,
): WalkOutcome {
  let nodesLeft = nodes;
  let stopped = false;
  let problem: WalkOutcome["problem"];
  const refuse = (at: string, reason: "REQUEST_INVALID" | "REQUEST_TOO_LARGE", message: string): false => {
    problem = { path: at, reason, message };
    return false;
  };
  const visit = (item: unknown, at: string, depth: number): boolean => {
    if (--nodesLeft < 0) return refuse(at, "REQUEST_TOO_LARGE", `more than ${limits.maxNodes} values`);
    if (depth > limits.maxDepth) return refuse(at, "REQUEST_TOO_LARGE", `nested deeper than ${limits.maxDepth} levels`);
    if (item === null || typeof item === "boolean") return true;
    if (typeof item === "string") {
      stopped = !visitText(item, at);
      return !stopped;
    }
    if (typeof item === "number") {
      return Number.isFinite(item) || refuse(at, "REQUEST_INVALID", "expected a finite number");
    }
    if (typeof item !== "object") return refuse(at, "REQUEST_INVALID", `expected JSON, got ${describeType(item)}`);
    if (Array.isArray(item)) return item.every((child, index) => visit(child, pointTo(at, index), depth + 1));
    return Object.keys(item)
      .sort()
      .every((key) => {
        const child = (item as Record<string, unknown>)[key];
        return child === undefined || visit(child, pointTo(at, key), depth + 1);
      });
  };
  visit(value, path, 1);
  return problem ? { nodesLeft, stopped, problem } : { nodesLeft, stopped };
}
