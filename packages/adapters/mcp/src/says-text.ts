import { isObject } from "./messages";

/** Members of notifications that are names, ids and times. */
const quietMembers: ReadonlySet<string> = new Set([
  "_meta",
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

/** True for whatever holds a text that somebody may read. */
export function saysText(value: unknown): boolean {
  if (typeof value === "string") return value !== "";
  if (Array.isArray(value)) return value.some(saysText);
  return isObject(value) && Object.entries(value).some(([name, member]) => !quietMembers.has(name) && saysText(member));
}
