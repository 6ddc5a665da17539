import type { Call } from "./ast";
import type { ExprFunction, Overload } from "./environment";
import { ErrorValue, fail } from "./errors";
import { charge, costExceeded, type Frame, type Val } from "./frame";
import { fromBinding } from "./read";
import type { Type } from "./types";
import { friendlyTypeName, typeName } from "./values";

/** A call of a registered function: the first overload that fits the values is called. */
export function compileCustom(
  node: Call,
  overloads: readonly Overload[],
  operands: readonly Val[],
  charged: boolean,
): Val {
  const { name } = node;
  const candidates = overloads.filter(
    (overload) => overload.params.length === operands.length && overload.receiver === (node.target !== undefined),
  );
  const label = `${name}()`;
  const call = (custom: ExprFunction, result: Type, args: readonly unknown[], frame: Frame): unknown => {
    try {
      const value = custom.call(args, frame.bindings);
      return value instanceof ErrorValue ? value : fromBinding(value, result, label, frame);
    } catch {
      return fail("function_failed", `function \`${name}\` failed`);
    }
  };
  const literals = literalsOf(node);
  const known = literals && candidates.find(({ params }) => params.every((type, index) => fits(literals[index], type)));
  if (literals && known?.custom !== undefined && !charged) {
    const { custom, result } = known;
    return (frame) => call(custom, result, literals, frame);
  }
  return (frame) => {
    const args: unknown[] = [];
    for (const operand of operands) {
      const value = operand(frame);
      if (value instanceof ErrorValue) return value;
      if (charged) charge(frame, value);
      args.push(value);
    }
    if (frame.steps > frame.stepsMax) return costExceeded;
    const chosen = candidates.find((overload) => overload.params.every((type, index) => fits(args[index], type)));
    if (chosen?.custom === undefined) {
      return fail(
        "type_mismatch",
        `\`${name}\` cannot take ${args.map(friendlyTypeName).join(" and ") || "no arguments"}`,
      );
    }
    return call(chosen.custom, chosen.result, args, frame);
  };
}

/** The arguments, when all of them are literals. */
function literalsOf({ target, args }: Call): readonly unknown[] | undefined {
  const operands = target === undefined ? args : [target, ...args];
  const values = operands.flatMap((operand) => (operand.kind === "literal" ? [operand.value] : []));
  return values.length === operands.length ? values : undefined;
}

function fits(value: unknown, type: Type): boolean {
  switch (type.kind) {
    case "dyn":
    case "param":
      return true;
    case "record":
      return typeName(value) === "map";
    case "null":
      return value === null;
    default:
      return friendlyTypeName(value) === type.kind;
  }
}
