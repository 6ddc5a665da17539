import { assumedListItems, assumedTextChars, textCharsPerStep } from "../gen/expr-limits";
import { children, type Node } from "./ast";
import type { Environment } from "./environment";

const costlyText = new Set([
  "contains",
  "matches",
  "contains_any",
  "glob",
  "similarity",
  "size",
  "_+_",
  "bytes",
  "string",
]);

/** Steps an evaluation is likely to need at most, with assumed sizes where the source does not tell. */
export function estimateCost(node: Node, env: Environment): number {
  if (node.kind === "loop") {
    const condition = node.condition === undefined ? 0 : estimateCost(node.condition, env);
    return estimateCost(node.range, env) + countItems(node.range) * (1 + condition + estimateCost(node.body, env));
  }
  let cost = 1;
  for (const child of children(node)) cost += estimateCost(child, env);
  if (node.kind === "call" && costlyText.has(node.name)) cost += assumedTextChars / textCharsPerStep;
  if (node.kind === "call") cost += env.functions.get(node.name)?.[0]?.custom?.steps ?? 0;
  if (node.kind === "call" && node.name === "_in_") cost += countItems(node.args[1] as Node);
  return cost;
}

function countItems(node: Node): number {
  if (node.kind === "list") return node.items.length;
  if (node.kind === "map") return node.entries.length;
  if (node.kind === "loop") return countItems(node.range);
  if (node.kind === "call" && node.name === "_+_")
    return countItems(node.args[0] as Node) + countItems(node.args[1] as Node);
  return assumedListItems;
}
