import { anyNumber, bool, boundedNumber, type CelType, dyn, formatType, text } from "./cel-types.ts";
import type { Expr, Locals, Lowered, Lowering } from "./lower-cel.ts";

type Call = Extract<Expr["exprKind"], { case: "callExpr" }>["value"];

/** One call: an operator, a function, or a function of its receiver. */
export function lowerCall(call: Call, locals: Locals, lowering: Lowering): Lowered {
  const { target, refuse } = lowering;
  const given = call.target ? [call.target, ...call.args] : call.args;
  const args = given.map((arg) => lowering.lower(arg, locals));
  const fails = args.some((arg) => arg.fails);
  const [a, b, c] = args as [Lowered, Lowered, Lowered];
  const give = (code: string, type: CelType, mayFail = fails): Lowered => ({ code, type, fails: mayFail });
  /** An argument as text, number or truth; a dynamic one is tested when it is read. */
  const as = (kind: "string" | "number" | "bool", arg: Lowered | undefined): Lowered => {
    if (!arg) return refuse(`\`${call.function}\` needs another argument`);
    if (arg.type.kind === kind) return arg;
    if (arg.type.kind !== "dyn") return refuse(`\`${call.function}\` cannot take a ${formatType(arg.type)}`);
    const helper = { string: "asText", number: "asNumber", bool: "asBool" }[kind];
    return { code: target.call(helper, [arg.code]), type: kind === "number" ? anyNumber : { kind }, fails: true };
  };
  const callHelper = (helper: string, list: readonly Lowered[], type: CelType, mayFail: boolean): Lowered =>
    give(
      target.call(
        helper,
        list.map(({ code }) => code),
      ),
      type,
      mayFail || list.some((arg) => arg.fails),
    );

  switch (call.function) {
    case "_&&_":
    case "_||_": {
      const [left, right] = [as("bool", a), as("bool", b)];
      const isAnd = call.function === "_&&_";
      if (!left.fails) return give(`(${left.code} ${isAnd ? target.and : target.or} ${right.code})`, bool, right.fails);
      const sides = [target.closure(undefined, left.code), target.closure(undefined, right.code)];
      return give(target.call(isAnd ? "bothOf" : "eitherOf", sides), bool, true);
    }
    case "!_": {
      const operand = as("bool", a);
      return give(`(${target.not}${operand.code})`, bool, operand.fails);
    }
    case "_?_:_": {
      const condition = as("bool", a);
      if (b.type.kind !== c.type.kind) return refuse("both sides of `?:` must have one type");
      const bounded = b.type.kind === "number" && c.type.kind === "number" && b.type.bounded && c.type.bounded;
      const type = b.type.kind !== "number" ? b.type : bounded ? boundedNumber : anyNumber;
      return give(target.choose(condition.code, b.code, c.code), type, condition.fails || fails);
    }
    case "_==_":
    case "_!=_": {
      const scalars = ["string", "number", "bool", "dyn", "instant"];
      const dynamic = a.type.kind === "dyn" || b.type.kind === "dyn";
      if (!scalars.includes(a.type.kind) || !scalars.includes(b.type.kind) || (!dynamic && a.type.kind !== b.type.kind))
        return refuse(`\`${call.function}\` cannot compare ${formatType(a.type)} with ${formatType(b.type)}`);
      const isEqual = call.function === "_==_";
      if (dynamic) {
        const same = target.call("isSame", [a.code, b.code]);
        return give(isEqual ? same : `(${target.not}${same})`, bool);
      }
      return give(isEqual ? target.equal(a.code, b.code) : target.notEqual(a.code, b.code), bool);
    }
    case "_<_":
    case "_<=_":
    case "_>_":
    case "_>=_": {
      const sign = call.function.slice(1, -1);
      if (a.type.kind === "instant" && b.type.kind === "instant") return give(`(${a.code} ${sign} ${b.code})`, bool);
      const [left, right] = [as("number", a), as("number", b)];
      return give(`(${left.code} ${sign} ${right.code})`, bool, left.fails || right.fails);
    }
    case "_+_":
    case "_-_":
    case "_*_": {
      if (call.function === "_+_" && a.type.kind === "string" && b.type.kind === "string")
        return give(`(${a.code} + ${b.code})`, text);
      const [left, right] = [as("number", a), as("number", b)];
      return arithmetic(`${left.code} ${call.function.slice(1, -1)} ${right.code}`, left, right);
    }
    case "_/_": {
      const [left, right] = [as("number", a), as("number", b)];
      const divisor = call.args[1]?.exprKind;
      if (divisor?.case === "constExpr" && Number(right.code) !== 0)
        return arithmetic(`${left.code} / ${right.code}`, left, right);
      return callHelper("divide", [left, right], anyNumber, true);
    }
    case "-_":
      return ((operand) => give(`(-${operand.code})`, operand.type, operand.fails))(as("number", a));
    case "_[_]": {
      if (a.type.kind === "list") return callHelper("itemAt", [a, as("number", b)], a.type.item, true);
      if (a.type.kind === "map") return callHelper("lookUp", [a, as("string", b)], a.type.item, true);
      if (a.type.kind === "dyn") return callHelper("lookUp", [a, b], dyn, true);
      return refuse(`a ${formatType(a.type)} has no members`);
    }
    case "@in": {
      if (b.type.kind === "map") return callHelper("hasKey", [b, as("string", a)], bool, false);
      if (b.type.kind !== "list") return refuse(`\`in\` needs a list or a map, not a ${formatType(b.type)}`);
      if (b.type.item.kind === "dyn" || a.type.kind === "dyn") return callHelper("includesSame", [b, a], bool, false);
      if (a.type.kind !== b.type.item.kind) return refuse(`\`in\` cannot look for a ${formatType(a.type)} there`);
      return give(target.includes(b.code, a.code), bool);
    }
    case "size":
      if (a.type.kind === "number" || a.type.kind === "bool" || a.type.kind === "instant")
        return refuse(`a ${formatType(a.type)} has no size`);
      return callHelper("sizeOf", [a], boundedNumber, a.type.kind === "dyn");
    case "contains":
    case "startsWith":
    case "endsWith": {
      const [whole, part] = [as("string", a), as("string", b)];
      return give(target[call.function](whole.code, part.code), bool, whole.fails || part.fails);
    }
    case "lowerAscii":
      return callHelper("lowerAscii", [as("string", a)], text, false);
    case "glob":
      return callHelper("globMatch", [as("string", a), as("string", b)], bool, true);
    case "in_cidr":
      return callHelper("inRange", [as("string", a), as("string", b)], bool, true);
    case "in_hours": {
      // in_hours(now, days, from, to, timezone)
      const [at, days, from, to, zone] = args;
      if (args.length !== 5 || at?.type.kind !== "instant" || days?.type.kind !== "list")
        return refuse("`in_hours` takes an instant, a list of days, two times of day and a time zone");
      return callHelper("inHours", [at, days, as("string", from), as("string", to), as("string", zone)], bool, true);
    }
    default:
      return refuse(`\`${call.function}\` cannot be lowered`);
  }

  /** Bounded numbers stay finite; of others the result is looked at. */
  function arithmetic(code: string, left: Lowered, right: Lowered): Lowered {
    const bounded = [left, right].every(({ type }) => type.kind === "number" && type.bounded);
    const mayFail = left.fails || right.fails;
    return bounded ? give(`(${code})`, boundedNumber, mayFail) : give(target.call("finite", [code]), anyNumber, true);
  }
}
