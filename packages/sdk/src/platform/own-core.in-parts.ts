import {
  type ClassifierQuestion,
  type CompileContext,
  type CompileResult,
  compile as compileRules,
  type Plan,
  type SealedTokens,
  type TokenVault,
  type ValidatorQuestion,
} from "@holdpoint/core";

/**
 * Stands for `own-core.ts` in builds for modules. `@holdpoint/core` is a small entry there: what looks at texts is a part of its
 * own, which is loaded when policies do not compile without it. Until then no plan asks for any of it.
 */
let texts: typeof import("@holdpoint/core/text") | undefined;
let loading: Promise<void> | undefined;

export const isCoreWhole = (): boolean => texts !== undefined;

export function loadWholeCore(): Promise<void> {
  loading ??= import("@holdpoint/core/text").then(
    (part) => {
      texts = part;
    },
    (error: unknown) => {
      loading = undefined;
      throw error;
    },
  );
  return loading;
}

export const compile = (policies: readonly unknown[], context?: CompileContext): CompileResult =>
  (texts?.compile ?? compileRules)(policies, context);

export const isPublicAddress = (address: string): boolean => texts?.isPublicAddress(address) ?? false;

export const listClassifierNames = (plan: Plan): readonly string[] => texts?.listClassifierNames(plan) ?? [];

export const listClassifierQuestions = (plan: Plan, request: unknown): readonly ClassifierQuestion[] =>
  texts?.listClassifierQuestions(plan, request) ?? [];

export const listValidators = (plan: Plan, request: unknown): readonly ValidatorQuestion[] =>
  texts?.listValidators(plan, request) ?? [];

/** As the core's. Before its part is there nothing can put a value into a vault: it is made with the first one. */
export function createTokenVault(secret: Uint8Array, sealed?: SealedTokens): TokenVault | undefined {
  if (texts || sealed) return texts?.createTokenVault(secret, sealed);
  let made: TokenVault | undefined;
  return {
    add(label, value) {
      made ??= texts?.createTokenVault(secret);
      if (!made) throw new RangeError("a value was kept before the core was whole");
      return made.add(label, value);
    },
    open: (token) => made?.open(token),
    get size() {
      return made?.size ?? 0;
    },
    toJSON: () => made?.toJSON() ?? { tokens: {} },
  };
}
