import type {
  Agent,
  ApprovalOutcome,
  CertificateProblem,
  Charge,
  CompileProblem,
  Counter,
  Decision,
  EnforceRequest,
  FailMode,
  Level,
  Pause,
  Receipt,
  SessionEffect,
  SessionState,
  SignedBundle,
  TokenVault,
  TraceStatus,
  UngovernedReason,
  UsageReader,
  Violation,
} from "@holdpoint/core";
import type { SpoolStats } from "./events/event-store";
import type { DropReason } from "./gen/constants";
import type { Platform } from "./platform/platform";

/** A request to check; phase `input` unless given. */
export type EnforceInput = EnforceRequest;

/** What every verb shares: who asks, and what is known about the step. */
export type CommonInput = Pick<
  EnforceRequest,
  | "agentId"
  | "environment"
  | "metadata"
  | "estimatedCost"
  | "estimatedTokens"
  | "model"
  | "userId"
  | "sessionId"
  | "tools"
  | "conversationHistory"
  | "workspaceId"
  | "teamId"
  | "parentSessionId"
  | "recordCount"
  | "dataSource"
  | "dataClassification"
  | "userRoles"
  | "userGroups"
>;

/** A tool about to be called. */
export interface ToolCallInput extends CommonInput {
  readonly tool: string;
  readonly args?: Readonly<Record<string, unknown>>;
}

/** What a tool has returned. A result that is undefined or null counts as an empty text. */
export interface ToolResultInput extends CommonInput {
  readonly tool: string;
  readonly args?: unknown;
  readonly result: unknown;
}

/** What the model is about to say. */
export interface OutputInput extends CommonInput {
  readonly output: string;
}

/** Whose output flows, and what is known about it. */
export type StreamInput = CommonInput;

/** Text, or objects that hold some, as they come. */
export type StreamSource<Part = string> = AsyncIterable<Part> | Iterable<Part> | ReadableStream<Part>;

/** How text is read from the parts of a stream of objects, and written into them. */
export interface StreamText<Part> {
  /** The text that a part adds; undefined for a part that adds none: it is passed on in its place. */
  read(part: Part): string | undefined;
  /** The part with another text; called more than once where a part's text goes out in pieces. */
  write(part: Part, text: string): Part;
}

/** How one call is made, apart from what is checked. */
export interface CallOptions {
  /** The trace that the decision and its reserved spend belong to; without one it becomes a trace of its own. */
  readonly trace?: TraceHandle;
  /** Ends the wait for an approval; the step is then held. */
  readonly signal?: AbortSignal;
  /** Takes the values that policies with `strategy: tokenize` replace by tokens; made by `createTokenVault`, one per request. */
  readonly vault?: TokenVault;
}

/** How a verdict is asked for that nothing follows from. */
export interface EvaluateOptions {
  /** Says why: policies considered and skipped, conditions, patterns and where they match, counters, where settings come from. */
  readonly explain?: boolean;
}

export interface StreamOptions<Part = string> extends CallOptions {
  /** UTF-16 code units held back behind what goes out; the plan's own needs are the least. */
  readonly holdBack?: number;
  /** For parts that are no text. */
  readonly text?: StreamText<Part>;
}

/**
 * Counters of what was used: whole micro-dollars, tokens, calls. Every method is synchronous; none may throw but
 * `session`. Reservations (all three methods) and sessions (both) are kept by the client where a store has none.
 */
export interface UsageStore extends UsageReader {
  /** What was counted so far; NaN when it cannot be read (the policy then fails closed). See `Counter.kind`. */
  read(counter: Counter): number;
  /** Adds to a counter; a negative amount gives back what was reserved too much. */
  add(counter: Counter, amount: number): void;
  /**
   * Adds all of these or none, and remembers them under an id (`into`, where one is given that is still open).
   * Undefined refuses: the call is then held. A store that leases budgets may refuse a charge that is `strict`.
   */
  reserve?(charges: readonly Charge[], into?: string): string | undefined;
  /** Replaces what was reserved of cost by what it really cost, in micro-dollars, and forgets the reservation. */
  settle?(reservationId: string, costMicros: number): void;
  /** Gives everything back that was reserved: the call never happened. */
  release?(reservationId: string): void;
  /** What a session has done; undefined for one that has not begun; throws when it cannot be read. */
  session?(sessionId: string): SessionState | undefined;
  /** Adds a step to a session, and its labels to the session that it was delegated from. */
  record?(effect: SessionEffect): void;
}

/** Slices of budgets that processes share. */
export interface LeaseStats {
  /** Budgets of which this process holds a slice, or wants one. */
  readonly held: number;
  /** Charges let pass without a slice, because the control plane cannot be reached and the fail mode is open. */
  readonly ungoverned: number;
  /** False when the last call failed. */
  readonly reachable: boolean;
}

/** A store that keeps everything itself. */
export type CompleteUsageStore = UsageStore &
  Required<Pick<UsageStore, "reserve" | "settle" | "release" | "session" | "record">>;

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

/** What is asked of a human. */
export interface ApprovalContext {
  readonly agentId: string;
  readonly decision: Decision;
  readonly violations: readonly Violation[];
  /** The exact step, as plain JSON. */
  readonly action: Readonly<Record<string, unknown>>;
  /** SHA-256 of the canonical JSON of the action, hex. */
  readonly actionHash: string;
  /** Aborted when the answer no longer matters. */
  readonly signal: AbortSignal;
}

/** What a checked certificate says, with the certificate, for whoever wants to check it again. */
export interface ApprovalProof {
  /** The human, as named by who decided. */
  readonly approver: string;
  /** The key that decided, `key:<id>`. */
  readonly approverKey: string;
  /** RFC 3339. */
  readonly expiresAt: string;
  /** The DSSE envelope (SPECIFICATION A-9). */
  readonly certificate: SignedBundle;
}

export type ApprovalAnswer = boolean | { readonly approved: boolean; readonly reason?: string };

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

/** What a classifier is told beside the texts. */
export interface ClassifierContext {
  /** Aborted when its time is over, or the step was cancelled. */
  readonly signal: AbortSignal;
  readonly phase: string;
  readonly agentId: string;
}

/** A number from 0 to 1 for all texts together, or such numbers by label. */
export type ClassifierScores = number | Readonly<Record<string, number>>;

export type ClassifierFunction = (
  texts: readonly string[],
  context: ClassifierContext,
) => ClassifierScores | Promise<ClassifierScores>;

interface ClassifierLimits {
  /** For everything, from 1 to 30000; the policy's own bound may be shorter. */
  readonly timeoutMs?: number;
  /** What a missing score means: `closed`, the policy is undecided; `open`, it is decided without, with an alert. */
  readonly failMode?: FailMode;
  /** True takes personal data and secrets out of the texts before the classifier sees them. */
  readonly redact?: boolean;
}

export interface FunctionClassifier extends ClassifierLimits {
  readonly classify: ClassifierFunction;
}

/** An OpenAI-compatible endpoint. */
export interface EndpointClassifier extends ClassifierLimits {
  /** Its whole address, for example `https://api.openai.com/v1/moderations`. */
  readonly url: string;
  readonly kind: "moderations" | "chat" | "embeddings";
  readonly model: string;
  readonly apiKey?: string;
  /** The variable of the environment that holds the key. */
  readonly apiKeyEnv?: string;
  /** True lets the address be private, and http. */
  readonly allowPrivate?: boolean;
  /** What a chat model is asked about the texts; the answer is a score, 1 for yes. */
  readonly question?: string;
  /** Texts of which near ones score high, or lists of them by label; for `embeddings`. */
  readonly examples?: readonly string[] | Readonly<Record<string, readonly string[]>>;
}

export type ClassifierOption = ClassifierFunction | FunctionClassifier | EndpointClassifier;

export interface HoldpointOptions {
  /** The path of a YAML or JSON file (reloaded when it changes), a list of policies, or a policy document. */
  readonly policies?: string | readonly unknown[] | Readonly<Record<string, unknown>>;
  /** Base URL of a control plane. Its policies are added to the local ones; the strictest verdict wins. */
  readonly controlPlane?: string;
  readonly apiKey?: string;
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
  readonly pollIntervalMs?: number;
  readonly reloadDebounceMs?: number;
  /** How long `create` waits for the first bundle. */
  readonly firstBundleTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
  readonly approvalPollIntervalMs?: number;
  readonly approvalTimeoutMs?: number;
  readonly queueCapacity?: number;
  readonly batchSize?: number;
  readonly flushIntervalMs?: number;
  readonly closeTimeoutMs?: number;
  /** The machine: files, crypto, requests, clock. Node's unless given. */
  readonly platform?: Platform;
}

export interface TraceStart {
  readonly agentId: string;
  readonly sessionId?: string;
  readonly userId?: string;
  readonly input?: string;
  readonly name?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly parentTraceId?: string;
  readonly spanType?: string;
  readonly environment?: string;
  readonly tags?: readonly string[];
}

/** What one or more model calls really took, since the last report. */
export interface TraceUsage {
  readonly costUsd?: number;
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  readonly totalTokens?: number;
  readonly modelName?: string;
}

export interface TraceEnd {
  readonly output?: string;
  readonly status?: TraceStatus;
  readonly error?: unknown;
}

export interface SpanStart {
  readonly name: string;
  readonly spanType?: string;
  readonly parentSpanId?: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

export interface SpanEnd {
  readonly status?: TraceStatus;
  readonly error?: unknown;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

export interface SpanHandle {
  readonly spanId: string;
  /** Ends the span; later calls do nothing. Never throws. */
  end(result?: SpanEnd): void;
}

/** One run of an agent. No method throws; after `end` they do nothing. */
export interface TraceHandle {
  readonly traceId: string;
  readonly agentId: string;
  span(start: SpanStart): SpanHandle;
  /** Adds to the trace's totals, and settles what was reserved in this trace against the actual cost. */
  recordUsage(usage: TraceUsage): void;
  end(result?: TraceEnd): void;
}

export interface DecisionEvent {
  readonly decision: Decision;
  readonly decisionId: string;
  /** RFC 3339. */
  readonly decidedAt: string;
  readonly durationUs: number;
  readonly traceId: string | undefined;
  /** Proof of the decision, chained to those before it in its session. Hashed when it is asked for. */
  receipt(): Receipt;
}

export interface BlockedEvent {
  readonly decision: Decision;
  readonly violations: readonly Violation[];
}

export interface PausedEvent {
  readonly agentId: string;
  readonly level: Level;
  readonly reason: string;
  readonly until: string | undefined;
}

/** The wait for an approval has ended. */
export interface ApprovalEvent {
  readonly agentId: string;
  /** SHA-256 of the canonical action, hex. */
  readonly actionHash: string;
  /** Undefined where the program's own callback was asked, or the request did not arrive. */
  readonly approvalId: string | undefined;
  readonly outcome: ApprovalOutcome;
  /** What was wrong with the certificate, for `refused`. */
  readonly problem: CertificateProblem | undefined;
  readonly reason: string | undefined;
  /** For `approved` by a control plane. */
  readonly proof: ApprovalProof | undefined;
}

export type SyncSource = "file" | "control-plane" | "cache" | "agents";

/**
 * Something tried to change the plan. With `ok: false` the last good plan is still in force; with `ok: true` problems are
 * of policies that are in force and cannot be decided, such as one that names a classifier that this client does not have.
 */
export interface SyncEvent {
  readonly ok: boolean;
  readonly source: SyncSource;
  /** Version of the bundle in force; 0 without one. */
  readonly version: number;
  /** Digest of the plan in force. */
  readonly planDigest: string | undefined;
  readonly problems: readonly CompileProblem[];
}

export interface DroppedEvent {
  readonly reason: DropReason;
  /** Since the last event of this reason. */
  readonly count: number;
  /** Since the start, of this reason. */
  readonly total: number;
}

/** Steps went by that were not judged as they should have been. */
export interface UngovernedEvent {
  readonly reason: UngovernedReason;
  /** Since the last event of this reason. */
  readonly count: number;
  /** Since the start, of this reason. */
  readonly total: number;
  /** Where the last of them happened, as the adapter calls it. */
  readonly hook: string | undefined;
}

export interface SelfTestOptions {
  /** True where policies are meant to record alone; otherwise there must be one that can stop a step. */
  readonly monitorOnly?: boolean;
  /** Requests that the policies in force must stop. They are decided, and nothing else happens. */
  readonly canaries?: readonly EnforceInput[];
}

export interface SelfTestReport {
  /** The verbs that stopped a paused agent: all of them. */
  readonly stopped: readonly string[];
  /** Active policies that can block or hold. */
  readonly holdingPolicies: number;
  /** Canaries that were stopped: all of them. */
  readonly canaries: number;
}

export interface HoldpointEvents {
  decision: DecisionEvent;
  blocked: BlockedEvent;
  paused: PausedEvent;
  approval: ApprovalEvent;
  sync: SyncEvent;
  dropped: DroppedEvent;
  ungoverned: UngovernedEvent;
}

export interface HoldpointStats {
  /** True when there is a plan to decide with. */
  readonly ready: boolean;
  readonly bundleVersion: number;
  readonly planDigest: string | undefined;
  /** Time since the control plane last confirmed the bundle in force, ms; undefined before the first. */
  readonly bundleAgeMs: number | undefined;
  /** True when that is longer than `maxStalenessMs`. */
  readonly stale: boolean;
  readonly policyCount: number;
  readonly pauses: readonly Pause[];
  readonly decisions: Readonly<Record<Decision["verdict"], number>>;
  /** Calls let pass without a plan, or under a stale one, because the fail mode is open. */
  readonly ungovernedCalls: number;
  /** All that went by without being judged as it should have been, by reason. */
  readonly ungoverned: Readonly<Record<UngovernedReason, number>>;
  readonly queuedTraces: number;
  readonly sentTraces: number;
  readonly droppedTraces: Readonly<Record<DropReason, number>>;
  /** The spool on disk; undefined without one. */
  readonly spool: SpoolStats | undefined;
  /** Undefined without a control plane, or with a usage store of the program's own. */
  readonly leases: LeaseStats | undefined;
  /** Classifiers that policies in force name and this client does not have: those policies are undecided. */
  readonly missingClassifiers: readonly string[];
  readonly lastSync: SyncEvent | undefined;
}
