/**
 * The small entry: policies that look at no text. Tools, budgets, rates, sessions, orders of steps, approvals, access, delegation,
 * hours and expressions, with pauses and the cascade; the same decisions as the whole core. A policy that needs more (a detector,
 * `matches` in an expression, a JSON Schema, hosts) is refused when it is compiled. Decisions carry no explanation.
 */

import { compileRules } from "./policy/rule-parts";

/**
 * Policies as written → a plan to evaluate with, or every problem at once with a JSON pointer, none applied in part.
 * Pure and synchronous; never throws.
 */
export const compile = compileRules;

export { canonicalJson } from "./decide/canonical-json";
export { hmacSha256Hex, sha256Hex } from "./decide/digest";
export { writeAction, writeReceipt } from "./decide/receipt";
export { createRestorer, type RestoreOptions, type Restorer, restoreTokens } from "./detect/restore-tokens";
export type { SealedTokens, TokenVault } from "./detect/token-syntax";
export type * from "./gen/messages";
export type * from "./gen/tables";
export { limits, streams, traceStatusValues, ungovernedReasonValues } from "./gen/tables";
export { hashAction } from "./policy/approval-check";
export { type Charge, chargesFor } from "./policy/charges";
export type { Counter, UsageReader } from "./policy/counters";
export type { Compile, CompileContext, CompileResult } from "./policy/create-compile";
export { decodeMessage } from "./policy/decode-client-message";
export type { Decoded, MessageTypes } from "./policy/decode-message";
export { isEndpointUrl } from "./policy/decode-values";
export { type Effects, effectsFor, type SessionEffect } from "./policy/effects";
export { type Clock, type EvaluateOptions, evaluate } from "./policy/evaluate";
export { hashToolDescriptor } from "./policy/hash-tool-descriptor";
export { parseInstant } from "./policy/pauses";
export { isPlainName } from "./policy/plain-name";
export type { Plan } from "./policy/plan";
export { type ReadResult, readPolicyDocument, type WrittenPolicy } from "./policy/read-document";
export {
  addLabels,
  appendStep,
  beginSession,
  extendSession,
  type OpenSession,
  type SessionReader,
  type SessionState,
  type SessionStep,
} from "./policy/session-state";
export { findSharedBudget, listSharedCounters, type SharedBudget } from "./policy/shared-budgets";
export { type StreamNeeds, streamNeeds } from "./policy/stream-needs";
export { suggest } from "./policy/suggest";
export {
  createReceiptVerifier,
  type ReceiptProblem,
  type ReceiptProblemKind,
  type ReceiptReport,
  type ReceiptVerifier,
  verifyReceipts,
} from "./policy/verify-receipts";
export { slidingSlots, windowLengthMs } from "./policy/windows";
