/** `enforcementMode` → `EnforcementMode`, `cost_limit` → `CostLimit`. */
export function pascal(name: string): string {
  return name.replace(/(?:^|[_-])([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** `maxTextChars` → `MAX_TEXT_CHARS`. */
export function upperSnake(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase();
}

/** `agentId` → `agent_id`. */
export function snake(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
}

/** A value as TypeScript source. */
export function typescriptLiteral(value: unknown): string {
  return JSON.stringify(value);
}

/** A JSON value as Python source. */
export function pythonLiteral(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return pythonString(value);
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(", ")}]`;
  return `{${Object.entries(value as object)
    .map(([key, item]) => `${pythonString(key)}: ${pythonLiteral(item)}`)
    .join(", ")}}`;
}

/** JSON's escapes are Python's, but for code points outside the BMP, which JSON.stringify leaves as they are. */
export function pythonString(text: string): string {
  return JSON.stringify(text);
}

const jsonWidth = 120;

/** JSON as the project's formatter writes it: lists of plain values on one line where they fit. */
export function formatJson(value: unknown, depth = 0, before = 0): string {
  const pad = "  ".repeat(depth + 1);
  const close = "  ".repeat(depth);
  if (Array.isArray(value)) {
    const isPlain = value.every((item) => typeof item !== "object" || item === null);
    const line = `[${value.map((item) => JSON.stringify(item)).join(", ")}]`;
    if (isPlain && 2 * depth + before + line.length < jsonWidth) return line;
    return `[\n${value.map((item) => pad + formatJson(item, depth + 1)).join(",\n")}\n${close}]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const rows = Object.entries(value).filter(([, item]) => item !== undefined);
  if (rows.length === 0) return "{}";
  return `{\n${rows
    .map(([key, item]) => {
      const name = `${JSON.stringify(key)}: `;
      return pad + name + formatJson(item, depth + 1, name.length);
    })
    .join(",\n")}\n${close}}`;
}
