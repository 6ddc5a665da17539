import type { Holdpoint } from "@holdpoint/sdk";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";

const counted = new WeakSet<object>();

/** Counts each `streamEvents` without `version` of this model as ungoverned: it calls no handler. */
export function countUnversioned(hp: Holdpoint, model: BaseChatModel): void {
  if (counted.has(model)) return;
  counted.add(model);
  const original = model.streamEvents as (...given: unknown[]) => unknown;
  const counting = (...given: unknown[]): unknown => {
    const { version } = (given[1] ?? {}) as { readonly version?: unknown };
    if (version !== "v1" && version !== "v2") hp.reportUngoverned("no_handler", "langchain.streamEvents");
    return original.apply(model, given);
  };
  Object.defineProperty(model, "streamEvents", { value: counting, configurable: true, writable: true });
}
