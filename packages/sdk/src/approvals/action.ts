import { hashAction } from "@holdpoint/core";
import { copyJson } from "../transport/copy-json";

/** A step as it can be approved. */
export interface Action {
  readonly value: Readonly<Record<string, unknown>>;
  /** SHA-256 of the canonical JSON, hex. */
  readonly hash: string;
}

/** The canonical action of a request (SPEC A-1); undefined when it cannot be written down exactly. Never throws. */
export function readAction(request: unknown): Action | undefined {
  const copy = copyJson(request, { exact: true });
  if (!copy.ok || typeof copy.value !== "object" || copy.value === null || Array.isArray(copy.value)) return undefined;
  const members = Object.entries(copy.value).filter(([name, member]) => name !== "approvals" && member !== null);
  const value = Object.fromEntries(members);
  try {
    return { value, hash: hashAction(value) };
  } catch {
    return undefined;
  }
}
