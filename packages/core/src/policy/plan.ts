import type { Agent, AgentGrant, GovernedSetting, Policy, PolicyOutcome } from "../gen/messages";
import type { Severity } from "../gen/tables";
import type { ApplicableIndex } from "./applicable";
import type { PolicyCounter } from "./counters";
import type { AnyPolicyType } from "./decode-rule";
import type { PreparedOperator } from "./operator";
import type { Parts } from "./parts";
import type { PatternPlan } from "./pattern-plan";
import type { Part } from "./request";

/** One policy, ready to run. */
export interface CompiledPolicy {
  /** Index in the order of evaluation. */
  readonly index: number;
  readonly policy: Policy;
  readonly type: AnyPolicyType;
  readonly rule: Readonly<Record<string, unknown>>;
  /** The severity that the policy itself sets; it stands before what a condition finds. */
  readonly ownSeverity: Severity | undefined;
  readonly phases: ReadonlySet<string>;
  readonly reads: readonly Part[];
  readonly operators: readonly { readonly name: string; readonly operator: PreparedOperator }[];
  /** Counters of its type, read before its conditions are judged. */
  readonly state: readonly PolicyCounter[];
  /** All that it reads, and so charges: those of its type, and those of its operators. */
  readonly counters: readonly PolicyCounter[];
  /** Indexes of prerequisites. */
  readonly prerequisites: readonly number[];
  /** What the only operator answers when no condition can be true: nothing is left to judge then. */
  readonly passing: object | undefined;
  /** Whether the policy passes a call of this tool whatever its arguments are. */
  readonly passesTool: ((tool: string) => boolean) | undefined;
  /** The governance pack that it belongs to. */
  readonly pack?: string;
  /** The setting of the cascade that raised its mode. */
  readonly modeSource?: GovernedSetting;
  /** The outcome of every passing evaluation: one frozen object. */
  readonly passed: PolicyOutcome;
}

/** Policies compiled for one organisation. Immutable; holds no state but caches that change no verdict. */
export interface Plan {
  /** SHA-256 of the normalised policies and the contract's digest, hex. */
  readonly digest: string;
  /** Normalised policies in the order of evaluation, inactive ones included. */
  readonly policies: readonly Policy[];
  /** @internal */
  readonly compiled: readonly CompiledPolicy[];
  /** @internal Undefined where no policy can ask for any. */
  readonly patterns: PatternPlan | undefined;
  /** @internal What it was compiled with. */
  readonly parts: Parts;
  /** @internal */
  readonly agents: ReadonlyMap<string, Agent>;
  /** @internal Who may call whom. */
  readonly grants: readonly AgentGrant[];
  /** @internal */
  readonly organizationId: string;
  /** @internal */
  readonly salt: Uint8Array | undefined;
  /** @internal Whether any policy asks what a session has done. */
  readonly usesSessions: boolean;
  /** @internal Whether any policy counts or remembers anything: else a step leaves nothing behind. */
  readonly keepsState: boolean;
  /** @internal Whether any policy may want a classifier of the client to be asked. */
  readonly asksClassifiers: boolean;
  /** @internal Whether any policy wants an own validator to be asked. */
  readonly asksValidators: boolean;
  /** @internal Settings documents of every level. */
  readonly settings: readonly unknown[];
  /** @internal */
  readonly applicable: ApplicableIndex;
}
