export { canonicalJson } from "./decide/canonical-json";
export { hmacSha256Hex, sha256Hex } from "./decide/digest";
export { writeAction, writeReceipt } from "./decide/receipt";
export type { Replacement } from "./detect/replace-spans";
export { createRestorer, type RestoreOptions, type Restorer, restoreTokens } from "./detect/restore-tokens";
export type { SealedTokens, TokenVault } from "./detect/token-syntax";
export { createTokenVault } from "./detect/token-vault";
export type { Node as ExpressionNode } from "./expr/ast";
export { parseExpression } from "./expr/parser";
export { policyTypes } from "./gen/all-policy-types";
export { specDigest } from "./gen/digest";
export type * from "./gen/messages";
export { type Pack, type PackControl, packs } from "./gen/packs";
export { formatMoney } from "./gen/policy-types";
export type * from "./gen/tables";
export {
  approvalStatusValues,
  delegationActionValues,
  enforcementModeRank,
  limits,
  phaseValues,
  roleRank,
  roleValues,
  severityValues,
  streams,
  traceStatusValues,
  ungovernedReasonValues,
  verdictRank,
} from "./gen/tables";
export { classifiers, tiers } from "./gen/text-tables";
export {
  type CompileSetOptions,
  type CompileSetResult,
  compileSet,
  equivalent,
  includes,
  type MatchStream,
  type NormalisedText,
  type NormaliseOptions,
  normaliseText,
  type PatternExplanation,
  type PatternProblem,
  type PatternSet,
  type PatternSetStats,
  type PatternSource,
  type Re2WasmConstructor,
  type Re2WasmEngine,
  type Re2WasmOptions,
  type SetComparison,
  type Span as TextSpan,
  type StreamOptions,
  type StreamSpan,
  type StreamStep,
} from "./match/index";
export { hashAction } from "./policy/approval-check";
export { type ArgumentSummary, digestValue, summariseArguments } from "./policy/argument-shingles";
export { type Charge, chargesFor } from "./policy/charges";
export { checkGovernanceSettings } from "./policy/check-settings";
export { type ClassifierQuestion, listClassifierNames, listClassifierQuestions } from "./policy/classifier-questions";
export { globsInclude, ownPatternsInclude } from "./policy/compare-rules";
export { type CompileContext, type CompileResult, compile } from "./policy/compile";
export type { Counter, UsageReader } from "./policy/counters";
export { decodeMessage } from "./policy/decode-any-message";
export type { Decoded, MessageTypes } from "./policy/decode-message";
export { isEndpointUrl } from "./policy/decode-values";
export { type Effects, effectsFor, type SessionEffect } from "./policy/effects";
export { type Clock, type EvaluateOptions, evaluate } from "./policy/evaluate";
export type { GovernedAgent } from "./policy/governance";
export { hashToolDescriptor } from "./policy/hash-tool-descriptor";
export { parseInstant } from "./policy/pauses";
export { isPlainName } from "./policy/plain-name";
export type { Plan } from "./policy/plan";
export { isPublicAddress } from "./policy/public-address";
export { type ReadResult, readPolicyDocument, type WrittenPolicy } from "./policy/read-document";
export { type GovernanceOptions, resolveGovernance } from "./policy/resolve-governance";
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
export { listValidators, type ValidatorQuestion } from "./policy/validator-questions";
export {
  createReceiptVerifier,
  type ReceiptProblem,
  type ReceiptProblemKind,
  type ReceiptReport,
  type ReceiptVerifier,
  verifyReceipts,
} from "./policy/verify-receipts";
export { slidingSlots, windowLengthMs } from "./policy/windows";
