/**
 * What of the core only policies about texts need, loaded with everything else: what CommonJS gets. Builds for modules, in Node, in
 * browsers and on the edge, take `own-core.in-parts.ts`, which loads it when a policy needs it.
 */
export {
  compile,
  createTokenVault,
  isPublicAddress,
  listClassifierNames,
  listClassifierQuestions,
  listValidators,
} from "@holdpoint/core";

/** Whether nothing of the core is left to load. */
export const isCoreWhole = (): boolean => true;

/** Loads what is left of the core. Rejects when it cannot be had; the next call tries again. */
export const loadWholeCore = (): Promise<void> => Promise.resolve();
