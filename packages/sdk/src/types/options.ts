import type { Agent, FailMode } from "@holdpoint/core";
import type { Platform } from "../platform/platform";
import type { ApprovalAnswer, ApprovalContext } from "./approvals";
import type { ClassifierOption } from "./classifiers";
import type { UsageStore } from "./usage";

/** How the spool uses its disk. */
export interface SpoolOptions {
  /** A directory of its own; processes may share it. Below `cacheDir` unless given. */
  readonly directory?: string;
  /** Most bytes it may hold; further traces wait in memory, then count as lost. */
  readonly maxBytes?: number;
  /** When the disk is waited for: with each write, at intervals, or never. Matters for a power cut, not for a killed process. */
  readonly sync?: SpoolSync;
}

export type SpoolSync = "always" | "interval" | "never";

/** A public key of the control plane, as in its JWKS (RFC 8037). */
export interface BundleKey {
  readonly kid: string;
  /** The raw public key, base64url. */
  readonly x: string;
  readonly kty?: "OKP";
  readonly crv?: "Ed25519";
  readonly use?: string;
  readonly alg?: string;
}

/** Where OpenTelemetry spans and metrics go. */
export interface TelemetryOptions {
  /** The module `@opentelemetry/api`, where a bundler has to see that it is used; it is loaded by name unless given. */
  readonly api?: { readonly trace: object; readonly metrics: object; readonly context: object };
  /** The program's global ones unless given. */
  readonly tracerProvider?: { getTracer(name: string, version?: string): object };
  readonly meterProvider?: { getMeter(name: string, version?: string): object };
  /** True copies the texts, numbers and booleans among the attributes of spans; they may hold content. */
  readonly captureAttributes?: boolean;
}

/** What a client is made with; with neither `policies` nor `controlPlane` there is nothing to decide by. */
export interface HoldpointOptions {
  /** The path of a YAML or JSON file (reloaded when it changes), a list of policies, or a policy document. */
  readonly policies?: string | readonly unknown[] | Readonly<Record<string, unknown>>;
  /** Base URL of a control plane. Its policies are added to the local ones; the strictest verdict wins. */
  readonly controlPlane?: string;
  /** A missing one is refused by the control plane, so that it can come from an environment as it is. */
  readonly apiKey?: string | undefined;
  /** Filled into requests that name none. */
  readonly environment?: string;
  /** What happens before the first plan: `closed` refuses, `open` lets pass and counts an ungoverned call. */
  readonly failMode?: FailMode;
  /** Agents known from the start; `registerAgent` adds more. */
  readonly agents?: readonly Agent[];
  /** Asks a human in this process; goes before the control plane's approvals. */
  readonly onApproval?: (context: ApprovalContext) => ApprovalAnswer | Promise<ApprovalAnswer>;
  /** Models that score texts for the policies that name them, asked before the decision. */
  readonly classifiers?: Readonly<Record<string, ClassifierOption>>;
  /** Where budgets and sessions are counted; this process's memory unless given. */
  readonly usage?: UsageStore;
  /** Pinned public keys of bundles; without them they are fetched once from the control plane. */
  readonly bundleKeys?: readonly BundleKey[];
  /** Where the last good bundle is kept, so that the client can start without a network. */
  readonly cacheDir?: string;
  /**
   * How long a bundle holds that the control plane does not confirm, at least twice `pollIntervalMs`; for ever unless
   * given. Then the fail mode decides: `closed` refuses every step, `open` goes on with the last plan.
   */
  readonly maxStalenessMs?: number;
  /**
   * Where traces wait until the control plane has taken them, so that neither a killed process nor a dead server loses
   * them. On with `cacheDir`, in a directory below it; false keeps them in memory alone.
   */
  readonly spool?: boolean | SpoolOptions;
  /** False leaves inputs, outputs and tool arguments out of traces. */
  readonly captureContent?: boolean;
  /** Spans and metrics through `@opentelemetry/api`, which has to be installed then. Off unless asked for. */
  readonly telemetry?: boolean | TelemetryOptions;
  /** False does not watch the policy file. */
  readonly reload?: boolean;
  /** False does not open the push stream; changes then arrive by polling alone. */
  readonly stream?: boolean;
  /** Key of the hashes in evidence, for local policies; a bundle brings its own. */
  readonly salt?: Uint8Array;
  // In brackets what holds unless given.
  /** Between polls for bundles and pauses (15000). */
  readonly pollIntervalMs?: number;
  /** From a change of the policy file to its reading (100). */
  readonly reloadDebounceMs?: number;
  /** How long `create` waits for the first bundle (5000). */
  readonly firstBundleTimeoutMs?: number;
  /** The longest that one request to the control plane may take (10000). */
  readonly requestTimeoutMs?: number;
  /** Between questions after an approval that nobody pushes (1000). */
  readonly approvalPollIntervalMs?: number;
  /** How long a step waits for a human (1800000). */
  readonly approvalTimeoutMs?: number;
  /** Events that may wait to be sent; further ones are lost, and counted (10000). */
  readonly queueCapacity?: number;
  /** Events of one request (200). */
  readonly batchSize?: number;
  /** How old an unsent event may grow (1000). */
  readonly flushIntervalMs?: number;
  /** The longest that `close` and `flush` wait (5000). */
  readonly closeTimeoutMs?: number;
  /** The machine: files, crypto, requests, clock. Node's unless given. */
  readonly platform?: Platform;
}
