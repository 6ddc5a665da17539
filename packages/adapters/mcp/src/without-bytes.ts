import { isObject } from "./messages";

/** Images, sounds and files in base64 are no texts. Everything else stays where it is. */
export function withoutBytes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutBytes);
  if (!isObject(value)) return value;
  const { mimeType } = value;
  const isMedia = typeof mimeType === "string" && !/^text\/|[/+](json|xml|yaml|csv)\b/.test(mimeType);
  const entries = Object.entries(value).filter(
    ([name, member]) => !(isMedia && (name === "data" || name === "blob") && isBase64(member)),
  );
  return Object.fromEntries(entries.map(([name, member]) => [name, withoutBytes(member)]));
}

const isBase64 = (value: unknown): boolean => typeof value === "string" && /^[A-Za-z0-9+/_-]*={0,2}$/.test(value);
