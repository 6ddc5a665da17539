import { invalid } from "../errors";

/** A body that changes some members of a document: an object, whose members are checked with the whole document. */
export function readPatch(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw invalid("", "expected an object");
  return body as Readonly<Record<string, unknown>>;
}
