import { loadWholeCore } from "../platform/own-core";
import type { ApplyResult } from "./bundle-lane";

/**
 * Loads what is left of the core and applies once more: policies may need just that. A part that cannot be had is a problem of
 * the policies that need it; what is in force stays.
 */
export async function applyAgain(apply: () => ApplyResult): Promise<ApplyResult> {
  try {
    await loadWholeCore();
  } catch {
    const message = "the policies need the part of the core that reads texts, which could not be loaded";
    return { ok: false, problems: [{ pointer: "", message }], isUnloaded: true };
  }
  return apply();
}
