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

export const indent = (text: string, by: string): string => text.replace(/^(?=.)/gm, by);
