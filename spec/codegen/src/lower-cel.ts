import { parse } from "@bufbuild/cel";

/** How one target language writes the pieces of a condition. */
export interface Target {
  readonly and: string;
  readonly or: string;
  readonly not: string;
  equals(a: string, b: string): string;
  notEquals(a: string, b: string): string;
  member(path: readonly string[]): string;
  has(path: readonly string[]): string;
  choose(condition: string, yes: string, no: string): string;
  text(value: string): string;
}

type Expr = NonNullable<ReturnType<typeof parse>["expr"]>;

/**
 * The source of one condition in a target language, lowered from CEL. Conditions read numbers, strings and booleans
 * whose types the catalogue fixes, so the subset is small: names, `has`, literals, comparison, logic, `+ - *`, and
 * division by a constant. Anything else is an error of the catalogue, thrown here, at generation time.
 */
export function lowerCondition(source: string, target: Target, known: (path: readonly string[]) => boolean): string {
  const lower = (expr: Expr | undefined): string => {
    const kind = expr?.exprKind;
    switch (kind?.case) {
      case "constExpr": {
        const constant = kind.value.constantKind;
        if (constant.case === "stringValue") return target.text(constant.value);
        if (constant.case === "doubleValue") return String(constant.value);
        break;
      }
      case "identExpr":
      case "selectExpr": {
        const path = pathOf(expr as Expr);
        if (!known(path)) throw new Error(`unknown name \`${path.join(".")}\` in condition \`${source}\``);
        if (kind.case === "selectExpr" && kind.value.testOnly) return target.has(path);
        return target.member(path);
      }
      case "callExpr": {
        const [a, b, c] = kind.value.args;
        switch (kind.value.function) {
          case "_&&_":
            return `(${lower(a)} ${target.and} ${lower(b)})`;
          case "_||_":
            return `(${lower(a)} ${target.or} ${lower(b)})`;
          case "!_":
            return `(${target.not}${lower(a)})`;
          case "_?_:_":
            return target.choose(lower(a), lower(b), lower(c));
          case "_==_":
            return target.equals(lower(a), lower(b));
          case "_!=_":
            return target.notEquals(lower(a), lower(b));
          case "_/_":
            if (b?.exprKind.case !== "constExpr") break;
            return `(${lower(a)} / ${lower(b)})`;
          case "_<_":
          case "_<=_":
          case "_>_":
          case "_>=_":
          case "_+_":
          case "_-_":
          case "_*_":
            return `(${lower(a)} ${kind.value.function.slice(1, -1)} ${lower(b)})`;
        }
      }
    }
    throw new Error(`condition \`${source}\` uses \`${describe(expr)}\`, which cannot be lowered`);
  };
  const body = lower(parse(source).expr);
  return body.startsWith("(") && body.endsWith(")") && balanced(body.slice(1, -1)) ? body.slice(1, -1) : body;
}

function pathOf(expr: Expr): string[] {
  if (expr.exprKind.case === "identExpr") return [expr.exprKind.value.name];
  if (expr.exprKind.case === "selectExpr" && expr.exprKind.value.operand) {
    return [...pathOf(expr.exprKind.value.operand), expr.exprKind.value.field];
  }
  throw new Error("only plain names can be selected from");
}

function describe(expr: Expr | undefined): string {
  return expr?.exprKind.case === "callExpr" ? expr.exprKind.value.function : String(expr?.exprKind.case);
}

function balanced(text: string): boolean {
  let depth = 0;
  for (const char of text) {
    if (char === "(") depth++;
    if (char === ")" && --depth < 0) return false;
  }
  return depth === 0;
}
