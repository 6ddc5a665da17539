import type { TextScan } from "../detect/text-scan";
import type { Policy } from "../gen/messages";
import type { FailureReason } from "../gen/tables";
import type { PatternGatherer, PatternPlan } from "./pattern-plan";
import type { ProblemList } from "./problems";
import type { Part, RequestView } from "./request";

/** One evaluation in progress: the request, and its texts scanned once for all policies. */
export interface Evaluation {
  readonly view: RequestView;
  readonly nowMs: number;
  readonly patterns: PatternPlan;
  readonly organizationId: string;
  readonly agentName: string;
  readonly agent: Readonly<Record<string, unknown>>;
  readonly salt: Uint8Array | undefined;
  /** Texts to hand back, by path: what masking policies ask for. */
  readonly transforms: TransformList;
  /** Variables of expressions, once one has asked for them. */
  bindings: Record<string, unknown> | undefined;
  /** Variables of the constraints of tool rules, likewise. */
  toolBindings: Record<string, unknown> | undefined;
  scans(): readonly TextScan[];
}

export interface TransformList {
  add(scan: TextScan, start: number, end: number, text: string): void;
}

/** Why an operator could not answer. */
export interface OperatorFailure {
  readonly failure: FailureReason;
  readonly message: string;
}

export const isFailure = (value: object): value is OperatorFailure => "failure" in value;

/** What an operator has made ready for one policy. */
export interface PreparedOperator {
  /** Parts of the request it needs beyond what its type declares. */
  readonly reads: readonly Part[];
  /** Phases it is for, when fewer than its type's. */
  readonly phases?: readonly string[];
  /** The answer, one and the same object, that it gives when there is nothing to say. */
  readonly passing?: object;
  /** Whether a call of this tool gets the passing answer whatever its arguments, and whoever calls, are. */
  passesTool?(tool: string): boolean;
  run(evaluation: Evaluation): object;
}

export interface PrepareContext {
  readonly policy: Policy;
  readonly pointer: string;
  readonly patterns: PatternGatherer;
  readonly problems: ProblemList;
}

export type PrepareOperator = (rule: Readonly<Record<string, unknown>>, context: PrepareContext) => PreparedOperator;
