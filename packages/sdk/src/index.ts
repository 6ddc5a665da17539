export type {
  Agent,
  Alert,
  ApprovalOutcome,
  CertificateProblem,
  Charge,
  CompileProblem,
  Counter,
  Decision,
  EnforceRequest,
  Evidence,
  FailMode,
  Level,
  Pause,
  Phase,
  Policy,
  PolicyOutcome,
  Receipt,
  ReceiptProblem,
  ReceiptProblemKind,
  ReceiptReport,
  RestoreOptions,
  Restorer,
  SealedTokens,
  SessionEffect,
  SessionState,
  SessionStep,
  SignedBundle,
  TokenVault,
  TraceStatus,
  Transform,
  UngovernedReason,
  Verdict,
  Violation,
} from "@holdpoint/core";
export { hashToolDescriptor, verifyReceipts } from "@holdpoint/core";
export { canaryName, canaryOf, withCanary } from "./adapters/canary";
export { identityOf } from "./adapters/identity-of";
export { inLots } from "./adapters/in-lots";
export { applyTransforms } from "./apply-transforms";
export { Holdpoint } from "./client/holdpoint";
export { type LoadedPolicies, loadPolicyFile } from "./client/load-policy-file";
export type { EventName, Listener } from "./events/emitter";
export { type DropReason, defaults } from "./gen/constants";
export * from "./gen/errors";
export type {
  EndpointRequest,
  EndpointRequests,
  FileStamp,
  Files,
  HttpAnswer,
  HttpRequest,
  Page,
  Platform,
  PlatformClock,
  PlatformCrypto,
  Requests,
  StreamListener,
} from "./platform/platform";
export { openStream, type StreamGuardian, type WrittenStream } from "./streams/open-stream";
export { textOf } from "./text-of";
export { textsIn } from "./texts-in";
export type * from "./types";
export { createMemoryUsageStore, type MemoryUsageOptions } from "./usage/memory-usage-store";
export { withoutMedia } from "./without-media";
