import type { CompilePattern } from "../expr/compile-expression";
import type { Explanation } from "../gen/messages";
import type { OperatorName, PolicyTypeName } from "../gen/policy-types";
import type { AnyPolicyType } from "./decode-rule";
import type { Explained } from "./explain-decision";
import type { PrepareOperator } from "./operator";
import type { PatternGatherer } from "./pattern-plan";
import type { ProblemList } from "./problems";
import type { RequestView } from "./request";
import type { SchemaProgram } from "./schema/compile-schema";

/**
 * What `compile` is made with: an entry of the core hands in the parts that it has. A policy that needs another one is refused
 * when it is compiled, never left unmatched.
 */
export interface Parts {
  readonly types: Readonly<Partial<Record<PolicyTypeName, AnyPolicyType>>>;
  readonly operators: Readonly<Partial<Record<OperatorName, PrepareOperator>>>;
  /** What a list of categories may name, by the set it is of. */
  readonly categories: Categories;
  createPatternGatherer(): PatternGatherer;
  /** What `matches` of expressions compiles its patterns with. */
  readonly compilePattern: CompilePattern | undefined;
  readonly compileSchema: CompileSchema | undefined;
  /** How many hosts a call names; undefined when they are too many to look at. */
  readonly countHosts: ((view: RequestView) => number | undefined) | undefined;
  readonly explain: ((explained: Explained) => Explanation) | undefined;
}

export type Categories = Readonly<Record<string, readonly string[]>>;

export type CompileSchema = (document: unknown, pointer: string, problems: ProblemList) => SchemaProgram | undefined;
