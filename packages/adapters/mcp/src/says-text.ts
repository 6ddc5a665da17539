import { isObject } from "./messages";

/** Members of notifications that are names, ids and times. */
const quietMembers: ReadonlySet<string> = new Set([
  "createdAt",
  "elicitationId",
  "lastUpdatedAt",
  "level",
  "logger",
  "progressToken",
  "requestId",
  "status",
  "taskId",
  "uri",
]);

/** True for what no name, id or address is; many languages write without spaces. */
export const isSentence = (text: string): boolean => /[^!-~]/.test(text);

/** A sentence is none of them, whatever it is called. */
const isQuiet = (name: string, text: string): boolean =>
  quietMembers.has(name) && text.length <= 200 && !isSentence(text);

/** True for whatever holds a text that somebody may read. */
export function saysText(value: unknown, name = ""): boolean {
  if (typeof value === "string") return value !== "" && !isQuiet(name, value);
  if (Array.isArray(value)) return value.some((one) => saysText(one, name));
  return (
    isObject(value) && Object.entries(value).some(([other, member]) => isSentence(other) || saysText(member, other))
  );
}

/** One word of an id, which says nothing to anybody. */
export const isName = (text: string): boolean => /^[\w.:-]{0,64}$/.test(text);
