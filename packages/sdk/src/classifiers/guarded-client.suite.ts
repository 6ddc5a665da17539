import { Holdpoint } from "../client/holdpoint";
import type { ClassifierOption, HoldpointOptions } from "../types";

/** A policy that asks the classifier `guard`. */
export const scan = (more: object = {}) => ({
  id: "scan",
  policyType: "injection_scan",
  enforcementMode: "block",
  ruleDefinition: { classifier: "guard", ...more },
});

/** A client with that policy, and `guard` where it is given. */
export const create = (guard: ClassifierOption | undefined, options: Partial<HoldpointOptions> = {}) =>
  Holdpoint.create({ policies: [scan()], ...(guard ? { classifiers: { guard } } : {}), ...options });
export const step = { agentId: "bot", input: "hello there" };

/** What a promise was rejected with. */
export const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );
export type Halt =
  | { readonly violations?: readonly { readonly reason: string; readonly message: string }[] }
  | undefined;
export const reasonOf = (error: unknown): string | undefined => (error as Halt)?.violations?.[0]?.reason;
export const messageOf = (error: unknown): string => (error as Halt)?.violations?.[0]?.message ?? "";
