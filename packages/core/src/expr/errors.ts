/** Why an expression has no value. Closed set, equal in both languages. */
export type ExprErrorReason =
  | "no_such_key"
  | "type_mismatch"
  | "not_a_number"
  | "overflow"
  | "division_by_zero"
  | "out_of_range"
  | "duplicate_key"
  | "invalid_argument"
  | "unknown_name"
  | "function_failed"
  | "usage_unavailable"
  | "cost_exceeded";

/** An error is a value inside the evaluator: it is returned, absorbed by logic, and never thrown. */
export class ErrorValue {
  readonly celReason: ExprErrorReason;
  readonly celMessage: string;
  constructor(reason: ExprErrorReason, message: string) {
    this.celReason = reason;
    this.celMessage = message;
  }
}

export const fail = (reason: ExprErrorReason, message: string): ErrorValue => new ErrorValue(reason, message);
