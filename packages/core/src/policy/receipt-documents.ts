import type { DecisionRecord, Receipt, Trace } from "../gen/messages";
import { isObject } from "./problems";

export type ReceiptProblemKind =
  | "unreadable"
  | "no_receipt"
  | "altered"
  | "repeated"
  | "lost"
  | "broken"
  | "reordered"
  | "ungoverned"
  | "no_step";

/** One thing that is wrong with the receipts of some traces (SPECIFICATION R-5). */
export interface ReceiptProblem {
  readonly kind: ReceiptProblemKind;
  readonly message: string;
  readonly traceId?: string;
  /** The step: a span, or a whole trace. */
  readonly spanId?: string;
  readonly decisionId?: string;
  readonly chain?: string;
  readonly step?: number;
}

/** As far as the verification of receipts reads it. */
export const isTrace = (value: unknown): value is Trace =>
  isObject(value) &&
  typeof value["traceId"] === "string" &&
  (value["decisions"] === undefined || Array.isArray(value["decisions"]));

export const isRecord = (value: unknown): value is DecisionRecord =>
  isObject(value) &&
  typeof value["decisionId"] === "string" &&
  typeof value["decidedAt"] === "string" &&
  isObject(value["decision"]) &&
  (value["decision"]["violations"] === undefined || isListOfObjects(value["decision"]["violations"]));

const isListOfObjects = (value: unknown): boolean => Array.isArray(value) && value.every(isObject);

export const isReceipt = (value: unknown): value is Receipt =>
  isObject(value) &&
  typeof value["chain"] === "string" &&
  Number.isSafeInteger(value["step"]) &&
  (value["step"] as number) >= 1 &&
  typeof value["hash"] === "string" &&
  ["previous", "actionHash", "spanId"].every((name) => ["string", "undefined"].includes(typeof value[name]));
