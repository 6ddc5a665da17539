import { pythonTarget, typescriptTarget } from "./cel-targets.ts";
import { type ConditionNames, formatType } from "./cel-types.ts";
import { lowerExpression, type Target } from "./lower-cel.ts";

interface Piece {
  readonly literal?: string;
  readonly expression?: string;
  readonly money?: boolean;
}

/** `"spent {cost:money} of {rule.x}"` → pieces of text and expressions. */
const split = (template: string): Piece[] =>
  template
    .split(/(\{[^}]+\})/)
    .filter((part) => part !== "")
    .map((part) => {
      const match = /^\{(.+?)(:money)?\}$/.exec(part);
      return match ? { expression: match[1] ?? "", money: match[2] !== undefined } : { literal: part };
    });

/** A message as TypeScript source. */
export function typescriptTemplate(template: string, names: ConditionNames): string {
  const write = ({ literal, expression, money }: Piece): string => {
    if (literal !== undefined) return literal.replace(/[`\\]/g, "\\$&");
    const { code, type } = lowerExpression(expression ?? "", typescriptTarget, names, "message");
    if (money) return `\${formatMoney(${code}${expression?.startsWith("rule.") ? " ?? 0" : ""})}`;
    return `\${${showable(type.kind, expression, typescriptTarget, code)}}`;
  };
  return `\`${split(template).map(write).join("")}\``;
}

/** A message as Python source. */
export function pythonTemplate(template: string, names: ConditionNames): string {
  const write = ({ literal, expression, money }: Piece): string => {
    if (literal !== undefined) return JSON.stringify(literal);
    const { code, type } = lowerExpression(expression ?? "", pythonTarget, names, "message");
    return money ? `format_money(${code})` : showable(type.kind, expression, pythonTarget, code);
  };
  return split(template).map(write).join(" + ") || '""';
}

/** Parts of the request that a message reads. */
export function listTemplateParts(template: string, names: ConditionNames): string[] {
  return split(template).flatMap(({ expression }) =>
    expression === undefined ? [] : [...lowerExpression(expression, typescriptTarget, names, "message").parts],
  );
}

function showable(kind: string, expression: string | undefined, target: Target, code: string): string {
  if (kind === "string") return target.language === "python" ? `str(${code})` : code;
  const shown = target.call("show", [code]);
  if (kind === "number" || kind === "bool" || kind === "list")
    return target.language === "python" ? `str(${shown})` : shown;
  throw new Error(`message: \`${expression}\` is a ${formatType({ kind } as never)}, which messages cannot show`);
}
