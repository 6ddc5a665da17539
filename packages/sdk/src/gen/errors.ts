// Code generated from spec/. Do not edit.

import type { CompileProblem, Decision, Level, Violation } from "@holdpoint/core";

const brand = (name: string): symbol => Symbol.for(`holdpoint.error.${name}`);

const isBranded = (value: unknown, name: string): boolean =>
  typeof value === "object" && value !== null && brand(name) in value;

/** Thrown when anything fails in this SDK: every error of it is one. Code `HOLDPOINT`. */
export class HoldpointError extends Error {
  readonly code: string = "HOLDPOINT";

  constructor(message: string, details: { readonly cause?: unknown } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "HoldpointError";
    Object.defineProperty(this, brand("HoldpointError"), { value: true });
  }
}

/** True for a HoldpointError, also one from another copy of this package. */
export const isHoldpointError = (value: unknown): value is HoldpointError => isBranded(value, "HoldpointError");

/** Thrown when the agent must not go on. Code `HALT`. */
export class EnforcementHaltError extends HoldpointError {
  override readonly code: string = "HALT";

  constructor(message: string, details: object & { readonly cause?: unknown } = {}) {
    super(message, details);
    this.name = "EnforcementHaltError";
    Object.defineProperty(this, brand("EnforcementHaltError"), { value: true });
  }
}

/** True for a EnforcementHaltError, also one from another copy of this package. */
export const isEnforcementHaltError = (value: unknown): value is EnforcementHaltError => isBranded(value, "EnforcementHaltError");

/** Thrown when a policy forbids this step. Code `POLICY_BLOCKED`. */
export class PolicyBlockedError extends EnforcementHaltError {
  readonly violations: readonly Violation[];
  readonly decision: Decision;
  override readonly code: string = "POLICY_BLOCKED";

  constructor(message: string, details: { readonly violations: readonly Violation[]; readonly decision: Decision } & { readonly cause?: unknown }) {
    super(message, details);
    this.name = "PolicyBlockedError";
    Object.defineProperty(this, brand("PolicyBlockedError"), { value: true });
    this.violations = details.violations;
    this.decision = details.decision;
  }
}

/** True for a PolicyBlockedError, also one from another copy of this package. */
export const isPolicyBlockedError = (value: unknown): value is PolicyBlockedError => isBranded(value, "PolicyBlockedError");

/** Thrown when an external validator said no. Code `VALIDATOR_DENIED`. */
export class ValidatorDeniedError extends PolicyBlockedError {
  override readonly code: string = "VALIDATOR_DENIED";

  constructor(message: string, details: { readonly violations: readonly Violation[]; readonly decision: Decision } & { readonly cause?: unknown }) {
    super(message, details);
    this.name = "ValidatorDeniedError";
    Object.defineProperty(this, brand("ValidatorDeniedError"), { value: true });
  }
}

/** True for a ValidatorDeniedError, also one from another copy of this package. */
export const isValidatorDeniedError = (value: unknown): value is ValidatorDeniedError => isBranded(value, "ValidatorDeniedError");

/** Thrown when a tool is not the one that was approved. Code `TOOL_INTEGRITY`. */
export class ToolIntegrityError extends PolicyBlockedError {
  override readonly code: string = "TOOL_INTEGRITY";

  constructor(message: string, details: { readonly violations: readonly Violation[]; readonly decision: Decision } & { readonly cause?: unknown }) {
    super(message, details);
    this.name = "ToolIntegrityError";
    Object.defineProperty(this, brand("ToolIntegrityError"), { value: true });
  }
}

/** True for a ToolIntegrityError, also one from another copy of this package. */
export const isToolIntegrityError = (value: unknown): value is ToolIntegrityError => isBranded(value, "ToolIntegrityError");

/** Thrown when a kill switch holds this agent. Code `AGENT_PAUSED`. */
export class AgentPausedError extends EnforcementHaltError {
  readonly agentId: string;
  readonly level: Level;
  readonly reason: string;
  readonly until: string | undefined;
  override readonly code: string = "AGENT_PAUSED";

  constructor(message: string, details: { readonly agentId: string; readonly level: Level; readonly reason: string; readonly until: string | undefined } & { readonly cause?: unknown }) {
    super(message, details);
    this.name = "AgentPausedError";
    Object.defineProperty(this, brand("AgentPausedError"), { value: true });
    this.agentId = details.agentId;
    this.level = details.level;
    this.reason = details.reason;
    this.until = details.until;
  }
}

/** True for a AgentPausedError, also one from another copy of this package. */
export const isAgentPausedError = (value: unknown): value is AgentPausedError => isBranded(value, "AgentPausedError");

/** Thrown when a human said no, or nobody can be asked. Code `APPROVAL_DENIED`. */
export class ApprovalDeniedError extends EnforcementHaltError {
  readonly violations: readonly Violation[];
  readonly decision: Decision;
  readonly approvalId: string | undefined;
  override readonly code: string = "APPROVAL_DENIED";

  constructor(message: string, details: { readonly violations: readonly Violation[]; readonly decision: Decision; readonly approvalId: string | undefined } & { readonly cause?: unknown }) {
    super(message, details);
    this.name = "ApprovalDeniedError";
    Object.defineProperty(this, brand("ApprovalDeniedError"), { value: true });
    this.violations = details.violations;
    this.decision = details.decision;
    this.approvalId = details.approvalId;
  }
}

/** True for a ApprovalDeniedError, also one from another copy of this package. */
export const isApprovalDeniedError = (value: unknown): value is ApprovalDeniedError => isBranded(value, "ApprovalDeniedError");

/** Thrown when nobody answered in time. Code `APPROVAL_TIMEOUT`. */
export class ApprovalTimeoutError extends EnforcementHaltError {
  readonly violations: readonly Violation[];
  readonly decision: Decision;
  readonly approvalId: string | undefined;
  override readonly code: string = "APPROVAL_TIMEOUT";

  constructor(message: string, details: { readonly violations: readonly Violation[]; readonly decision: Decision; readonly approvalId: string | undefined } & { readonly cause?: unknown }) {
    super(message, details);
    this.name = "ApprovalTimeoutError";
    Object.defineProperty(this, brand("ApprovalTimeoutError"), { value: true });
    this.violations = details.violations;
    this.decision = details.decision;
    this.approvalId = details.approvalId;
  }
}

/** True for a ApprovalTimeoutError, also one from another copy of this package. */
export const isApprovalTimeoutError = (value: unknown): value is ApprovalTimeoutError => isBranded(value, "ApprovalTimeoutError");

/** Thrown when nothing can decide: there is no plan and the fail mode is closed, the wait was cancelled, or a defect of ours (`cause`). Code `UNAVAILABLE`. */
export class EnforcementUnavailableError extends EnforcementHaltError {
  override readonly code: string = "UNAVAILABLE";

  constructor(message: string, details: object & { readonly cause?: unknown } = {}) {
    super(message, details);
    this.name = "EnforcementUnavailableError";
    Object.defineProperty(this, brand("EnforcementUnavailableError"), { value: true });
  }
}

/** True for a EnforcementUnavailableError, also one from another copy of this package. */
export const isEnforcementUnavailableError = (value: unknown): value is EnforcementUnavailableError => isBranded(value, "EnforcementUnavailableError");

/** Thrown when the client was set up wrongly. Code `CONFIG`. */
export class ConfigError extends HoldpointError {
  override readonly code: string = "CONFIG";

  constructor(message: string, details: object & { readonly cause?: unknown } = {}) {
    super(message, details);
    this.name = "ConfigError";
    Object.defineProperty(this, brand("ConfigError"), { value: true });
  }
}

/** True for a ConfigError, also one from another copy of this package. */
export const isConfigError = (value: unknown): value is ConfigError => isBranded(value, "ConfigError");

/** Thrown when the policies cannot be compiled. Code `POLICY_COMPILE`. */
export class PolicyCompileError extends HoldpointError {
  readonly problems: readonly CompileProblem[];
  override readonly code: string = "POLICY_COMPILE";

  constructor(message: string, details: { readonly problems: readonly CompileProblem[] } & { readonly cause?: unknown }) {
    super(message, details);
    this.name = "PolicyCompileError";
    Object.defineProperty(this, brand("PolicyCompileError"), { value: true });
    this.problems = details.problems;
  }
}

/** True for a PolicyCompileError, also one from another copy of this package. */
export const isPolicyCompileError = (value: unknown): value is PolicyCompileError => isBranded(value, "PolicyCompileError");

/** Thrown when the control plane refused the API key. Code `AUTH`. */
export class AuthError extends HoldpointError {
  override readonly code: string = "AUTH";

  constructor(message: string, details: object & { readonly cause?: unknown } = {}) {
    super(message, details);
    this.name = "AuthError";
    Object.defineProperty(this, brand("AuthError"), { value: true });
  }
}

/** True for a AuthError, also one from another copy of this package. */
export const isAuthError = (value: unknown): value is AuthError => isBranded(value, "AuthError");
