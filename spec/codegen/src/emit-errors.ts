import { type GeneratedFile, pythonFile, typescriptFile } from "./files.ts";
import type { ErrorSpec, Spec } from "./read-spec.ts";
import { snake } from "./text.ts";

const fieldTypes: Record<string, { typescript: string; python: string }> = {
  violations: { typescript: "readonly Violation[]", python: "tuple[Violation, ...]" },
  decision: { typescript: "Decision", python: "Decision | None" },
  problems: { typescript: "readonly CompileProblem[]", python: "tuple[CompileProblem, ...]" },
  agentId: { typescript: "string", python: "str" },
  level: { typescript: "Level", python: "str" },
  reason: { typescript: "string", python: "str" },
  until: { typescript: "string | undefined", python: "str | None" },
  approvalId: { typescript: "string | undefined", python: "str | None" },
};

/** The error classes of the SDK with their guards: same names, codes and fields in both languages. */
export function emitErrors(spec: Spec): GeneratedFile[] {
  const { errors } = spec.errors;
  const byName = new Map(errors.map((error) => [error.name, error]));
  const allFields = (error: ErrorSpec): string[] => [
    ...(byName.has(error.parent) ? allFields(byName.get(error.parent) as ErrorSpec) : []),
    ...error.fields,
  ];
  return [
    typescriptFile("packages/sdk/src/gen/errors.ts", typescript(errors, allFields)),
    pythonFile("python/src/holdpoint/_gen/errors.py", python(errors, allFields)),
  ];
}

function typescript(errors: readonly ErrorSpec[], allFields: (error: ErrorSpec) => string[]): string {
  const classes = errors.map((error) => {
    const own = error.fields.map((field) => `  readonly ${field}: ${type(field)};`);
    const details = allFields(error);
    const options = details.length > 0 ? `{ ${details.map((f) => `readonly ${f}: ${type(f)}`).join("; ")} }` : "object";
    const root = error.parent === "Error";
    // Names are written out: a minifier may rename the class.
    const mark = `    this.name = "${error.name}";\n    Object.defineProperty(this, brand("${error.name}"), { value: true });\n`;
    const construct = root
      ? `  readonly code: string = "${error.code}";\n\n  constructor(message: string, details: { readonly cause?: unknown } = {}) {\n    super(message, details.cause === undefined ? undefined : { cause: details.cause });\n${mark}  }`
      : `  override readonly code: string = "${error.code}";\n\n  constructor(message: string, details: ${options} & { readonly cause?: unknown }${details.length > 0 ? "" : " = {}"}) {\n    super(message, details);\n${mark}${error.fields.map((f) => `    this.${f} = details.${f};\n`).join("")}  }`;
    return [
      `/** Thrown when ${error.doc}. Code \`${error.code}\`. */\nexport class ${error.name} extends ${error.parent} {\n${[...own, construct].join("\n")}\n}`,
      `/** True for a ${error.name}, also one from another copy of this package. */\nexport const is${error.name} = (value: unknown): value is ${error.name} => isBranded(value, "${error.name}");`,
    ].join("\n\n");
  });
  return [
    'import type { CompileProblem, Decision, Level, Violation } from "@holdpoint/core";',
    "const brand = (name: string): symbol => Symbol.for(`holdpoint.error.${name}`);",
    'const isBranded = (value: unknown, name: string): boolean =>\n  typeof value === "object" && value !== null && brand(name) in value;',
    ...classes,
  ].join("\n\n");
}

const type = (field: string): string => fieldTypes[field]?.typescript ?? "unknown";

function python(errors: readonly ErrorSpec[], allFields: (error: ErrorSpec) => string[]): string {
  const classes = errors.map((error) => {
    const root = error.parent === "Error";
    const details = allFields(error);
    const inherited = details.filter((field) => !error.fields.includes(field));
    const parameters = details.map((f) => `${snake(f)}: ${fieldTypes[f]?.python ?? "object"}${fallback(f)}`);
    const lines = [
      `class ${error.name}(${root ? "Exception" : error.parent}):`,
      `    """Raised when ${error.doc}. Code \`${error.code}\`."""`,
      "",
      `    code: str = "${error.code}"`,
    ];
    if (root) {
      lines.push(
        "",
        "    @property",
        "    def cause(self) -> BaseException | None:",
        '        """What led to this error, if anything: the `__cause__` of `raise ... from ...`."""',
        "        return self.__cause__",
      );
    }
    if (error.fields.length > 0) {
      lines.push(
        "",
        `    def __init__(self, message: str, *, ${parameters.join(", ")}) -> None:`,
        `        super().__init__(message${inherited.map((f) => `, ${snake(f)}=${snake(f)}`).join("")})`,
        ...error.fields.map((f) => `        self.${snake(f)} = ${snake(f)}`),
      );
    }
    return lines.join("\n");
  });
  return [
    '"""The errors of the SDK."""\n\nfrom __future__ import annotations\n\nfrom .messages import CompileProblem, Decision, Violation',
    ...classes,
  ].join("\n\n\n");
}

const fallback = (field: string): string => {
  if (field === "violations" || field === "problems") return " = ()";
  if (field === "decision" || field === "until" || field === "approvalId") return " = None";
  return "";
};
