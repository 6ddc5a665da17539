import { countNodes, type Loop } from "./ast";
import { type Compiler, settle } from "./compiler";
import { ErrorValue } from "./errors";
import { costExceeded, type Frame, type Test, type Val } from "./frame";
import { bound, isMap, mapKeys, mismatch } from "./values";

/** The items a loop goes over: those of a list, the keys of a map. */
function itemsOf(range: unknown): readonly unknown[] | ErrorValue {
  if (Array.isArray(range)) return range;
  return isMap(range) ? mapKeys(range) : mismatch("a list or map", range);
}

/** Steps one round costs: every part of the body once. */
const weightOf = (node: Loop): number =>
  1 + countNodes(node.body) + (node.condition === undefined ? 0 : countNodes(node.condition));

function compileBody<T>(compiler: Compiler, compile: () => T): T {
  compiler.loopDepth++;
  const compiled = compile();
  compiler.loopDepth--;
  return compiled;
}

/** `map` and `filter`: a new list, or the first error. */
export function compileLoop(node: Loop, compiler: Compiler): Val {
  const range = compiler.value(node.range);
  const weight = weightOf(node);
  const { slot } = node;
  const condition = compileBody(compiler, () => {
    if (node.condition !== undefined) return compiler.test(node.condition);
    return node.name === "filter" ? compiler.test(node.body) : undefined;
  });
  const body = node.name === "map" ? compileBody(compiler, () => compiler.value(node.body)) : undefined;
  return (frame) => {
    const items = itemsOf(range(frame));
    if (items instanceof ErrorValue) return items;
    const result: unknown[] = [];
    for (const raw of items) {
      frame.steps += weight;
      if (frame.steps > frame.stepsMax) return costExceeded;
      const item = bound(raw);
      if (item instanceof ErrorValue) return item;
      frame.slots[slot] = item;
      if (condition !== undefined) {
        const kept = condition(frame);
        if (kept === 2) return frame.error;
        if (kept === 0) continue;
      }
      const value = body === undefined ? item : body(frame);
      if (value instanceof ErrorValue) return value;
      result.push(value);
    }
    return result;
  };
}

/** `all`, `exists` (a settling item wins over errors before it) and `exists_one` (any error is the result). */
export function compileLoopTest(node: Loop, compiler: Compiler): Test {
  const range = compiler.value(node.range);
  const body = compileBody(compiler, () => compiler.test(node.body));
  const weight = weightOf(node);
  const { slot, name } = node;
  const settling = name === "all" ? 0 : 1;
  const enter = (frame: Frame, raw: unknown): 0 | 1 | 2 => {
    frame.steps += weight;
    if (frame.steps > frame.stepsMax) return settle(frame, costExceeded);
    const item = bound(raw);
    if (item instanceof ErrorValue) return settle(frame, item);
    frame.slots[slot] = item;
    return body(frame);
  };
  if (name === "exists_one") {
    return (frame) => {
      const items = itemsOf(range(frame));
      if (items instanceof ErrorValue) return settle(frame, items);
      let count = 0;
      for (const raw of items) {
        const result = enter(frame, raw);
        if (result === 2) return 2;
        count += result;
      }
      return count === 1 ? 1 : 0;
    };
  }
  return (frame) => {
    const items = itemsOf(range(frame));
    if (items instanceof ErrorValue) return settle(frame, items);
    let error: ErrorValue | undefined;
    for (const raw of items) {
      const result = enter(frame, raw);
      if (result === settling) return settling;
      if (result === 2) {
        error ??= frame.error;
        if (frame.steps > frame.stepsMax) return settle(frame, costExceeded);
      }
    }
    if (error !== undefined) return settle(frame, error);
    return settling === 0 ? 1 : 0;
  };
}
