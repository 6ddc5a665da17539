/**
 * The small entry with decisions that say why: what a program in Node starts with, where nobody counts the bytes and `explain` is
 * answered at once. What it shares with the other entries is one and the same.
 */

import { createCompile } from "./policy/create-compile";
import { explainDecision } from "./policy/explain-decision";
import { ruleParts } from "./policy/rule-parts";

export * from "./rules";

/** As the small entry's; its plans know why. */
export const compile = createCompile({ ...ruleParts, explain: explainDecision });
