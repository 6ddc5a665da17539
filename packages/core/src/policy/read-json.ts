import { limits } from "../gen/tables";
import { measureDepth } from "./measure-depth";
import { walkJson } from "./walk-json";

export type JsonResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly tooLarge: boolean };

/** A text as JSON within the bounds of a request. What is nested too deep or too much is told apart from what is no JSON. */
export function readJson(text: string): JsonResult {
  if (1 + measureDepth(text) > limits.maxDepth) return { ok: false, tooLarge: true };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, tooLarge: false };
  }
  const { problem } = walkJson(value, "", limits.maxNodes);
  return problem ? { ok: false, tooLarge: true } : { ok: true, value };
}

const fence = "```";

/**
 * A text freed of what often stands around JSON: what is in the first fence, else from the first bracket to the last of
 * its kind; without commas before a closing bracket. Undefined when there is nothing to repair with.
 */
export function repairJson(text: string): string | undefined {
  const body = cutOut(text);
  return body === undefined ? undefined : dropCommas(body);
}

function cutOut(text: string): string | undefined {
  const open = text.indexOf(fence);
  if (open >= 0) {
    const line = text.indexOf("\n", open);
    const close = line < 0 ? -1 : text.indexOf(fence, line);
    if (close >= 0) return text.slice(line + 1, close).trim();
  }
  const starts = [text.indexOf("{"), text.indexOf("[")].filter((at) => at >= 0);
  if (starts.length === 0) return undefined;
  const start = Math.min(...starts);
  const end = text.lastIndexOf(text[start] === "{" ? "}" : "]");
  return end < start ? undefined : text.slice(start, end + 1);
}

/** Commas with nothing but white space between them and a closing bracket. */
function dropCommas(text: string): string {
  let out = "";
  let quoted = false;
  let comma = -1;
  for (let index = 0; index < text.length; index++) {
    const char = text[index] as string;
    if (quoted) {
      out += char;
      if (char === "\\") out += text[++index] ?? "";
      else if (char === '"') quoted = false;
      continue;
    }
    if (char === '"') quoted = true;
    if ((char === "}" || char === "]") && comma >= 0) out = out.slice(0, comma) + out.slice(comma + 1);
    if (char === ",") comma = out.length;
    else if (!" \t\n\r".includes(char)) comma = -1;
    out += char;
  }
  return out;
}
