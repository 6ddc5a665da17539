import {
  CelDuration,
  CelMap,
  CelTimestamp,
  CelType,
  CelUint,
  compileExpression,
  type ExprType,
} from "../../packages/core/src/expr/index";

/** An expression with what it is given, as JSON. */
export interface ExprQuestion {
  readonly expr: string;
  readonly variables: Readonly<Record<string, ExprType>>;
  readonly bindings: Readonly<Record<string, unknown>>;
  readonly resultType?: "bool";
  readonly maxSteps?: number;
}

/** All that can be seen of one expression, as JSON that any implementation prints alike. */
export function outcomeOf(question: ExprQuestion): unknown {
  const { expr, variables, bindings, resultType, maxSteps } = question;
  const options = { ...(resultType && { resultType }), ...(maxSteps !== undefined && { maxSteps }) };
  const compiled = compileExpression(expr, { variables }, options);
  if (!compiled.ok) return { problems: compiled.problems };
  const { program } = compiled;
  const result = program.evaluate(bindings);
  return {
    type: program.resultType,
    variables: program.variables,
    cost: program.cost.estimate,
    test: program.test(bindings),
    ...(result.ok ? { value: exactText(result.value) } : { reason: result.reason, message: result.message }),
  };
}

/** Type and value to the last bit, in ASCII; map entries sorted. */
export function exactText(value: unknown): string {
  if (typeof value === "bigint") return `int ${value}`;
  if (typeof value === "number") return `double ${bitsOf(value)}`;
  if (typeof value === "string") return asciiText(value);
  if (value === null || typeof value === "boolean") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(exactText).join(", ")}]`;
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString("hex")}`;
  if (value instanceof CelUint) return `uint ${value.celUint}`;
  if (value instanceof CelTimestamp) return `timestamp ${value.celNanos}`;
  if (value instanceof CelDuration) return `duration ${value.celNanos}`;
  if (value instanceof CelType) return `type ${value.celType}`;
  const entries = value instanceof CelMap ? [...value.celEntries.values()] : Object.entries(value as object);
  const texts = entries.map(([key, item]) => `${exactText(key)}: ${exactText(item)}`);
  return `{${texts.sort().join(", ")}}`;
}

function bitsOf(value: number): string {
  if (Number.isNaN(value)) return "nan";
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, "0");
}

function asciiText(text: string): string {
  let out = '"';
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    const plain = unit >= 0x20 && unit < 0x7f && unit !== 0x22 && unit !== 0x5c;
    out += plain ? text[index] : `\\u${unit.toString(16).padStart(4, "0")}`;
  }
  return `${out}"`;
}
