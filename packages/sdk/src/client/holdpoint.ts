import {
  type Agent,
  createRestorer,
  type Decision,
  type Level,
  type Pause,
  type RestoreOptions,
  type Restorer,
  restoreTokens,
  type TokenVault,
} from "@holdpoint/core";
import { type EventName, eventNames, type Listener } from "../events/emitter";
import { readName } from "../events/traced-text";
import { ConfigError } from "../gen/errors";
import { guardStream } from "../streams/guard-stream";
import { readMember } from "../transport/copy-json";
import type {
  CallOptions,
  EnforceInput,
  EvaluateOptions,
  HoldpointOptions,
  HoldpointStats,
  OutputInput,
  SelfTestOptions,
  SelfTestReport,
  StreamInput,
  StreamOptions,
  StreamSource,
  ToolCallInput,
  ToolResultInput,
  TraceHandle,
  TraceStart,
} from "../types";
import {
  type BuildRequest,
  buildOutputRequest,
  buildPolicyRequest,
  buildToolCallRequest,
  buildToolResultRequest,
} from "./build-request";
import { createVault } from "./create-vault";
import { createPausedError } from "./halt-errors";
import { readPause } from "./read-pause";
import { selfTest } from "./self-test";
import { readSettings } from "./settings";
import { type Running, start } from "./start";
import { readStats } from "./stats";

/**
 * One client for all agents of a process. The verbs decide in this process, synchronously, and resolve with the
 * Decision of a step that may happen; otherwise they reject with PolicyBlockedError, AgentPausedError,
 * ApprovalDeniedError, ApprovalTimeoutError or EnforcementUnavailableError, and with nothing else, whatever they are
 * given.
 */
export class Holdpoint {
  readonly #running: Running;
  #closing: Promise<void> | undefined;

  private constructor(running: Running) {
    this.#running = running;
  }

  /** Throws ConfigError, PolicyCompileError or AuthError. */
  static async create(options: HoldpointOptions): Promise<Holdpoint> {
    return new Holdpoint(await start(readSettings(options)));
  }

  /** Before the model, or any phase that the request names. */
  enforcePolicy(request: EnforceInput, options?: CallOptions): Promise<Decision> {
    return this.#enforce(buildPolicyRequest, request, options);
  }

  /** Before a tool runs. */
  enforceToolCall(call: ToolCallInput, options?: CallOptions): Promise<Decision> {
    return this.#enforce(buildToolCallRequest, call, options);
  }

  /** Before a tool's result enters the context. Texts to use instead are under `/toolOutputs/0/output`. */
  enforceToolResult(result: ToolResultInput, options?: CallOptions): Promise<Decision> {
    return this.#enforce(buildToolResultRequest, result, options);
  }

  /** Before an output reaches anyone. */
  enforceOutput(output: OutputInput, options?: CallOptions): Promise<Decision> {
    return this.#enforce(buildOutputRequest, output, options);
  }

  /**
   * An output that flows: text, or objects that hold some, let out as it is judged, everything replaced in it that the
   * policies replace. Ends with PolicyBlockedError at the first finding that blocks, before anything of it went out, and
   * with the other halt errors as the verbs do (SPECIFICATION F-1 to F-10).
   */
  guardStream<Part = string>(
    source: StreamSource<Part>,
    input: StreamInput,
    options: StreamOptions<Part> = {},
  ): AsyncIterableIterator<Part> {
    const { enforcer, settings } = this.#running;
    const build = (output: string): unknown => buildOutputRequest({ ...input, output }, settings.environment);
    return guardStream(
      source,
      {
        judge: (output) => enforcer.judge(build(output), options),
        enforce: (output) => enforcer.enforce(build(output), options),
        observe: (output) => enforcer.observe(build(output), options),
      },
      options,
    );
  }

  /**
   * The verdict alone, with `explain` also why: throws nothing, records nothing, reserves no spend. Asks nobody: a policy
   * that needs a classifier or a validator is undecided; `examine` asks classifiers. In browsers and on the edge it says why once
   * the part of the core is loaded that reads texts; `examine` loads it.
   */
  evaluate(request: EnforceInput, { explain = false }: EvaluateOptions = {}): Decision {
    return this.#running.enforcer.decide(buildPolicyRequest(request, this.#running.settings.environment), explain);
  }

  /** As `evaluate`, once the classifiers are asked that the step wants; validators are not. Never rejects. */
  async examine(request: EnforceInput, { explain = false }: EvaluateOptions = {}): Promise<Decision> {
    if (explain) await this.#running.sync.complete();
    return this.#running.enforcer.examine(buildPolicyRequest(request, this.#running.settings.environment), explain);
  }

  /** A vault for the tokens of one request: pass it with every step, then to `restore`. Its values never leave this process. */
  createTokenVault(): TokenVault {
    return createVault(this.#running.settings.platform.crypto);
  }

  /** The text with the vault's tokens replaced by what they stand for; tokens that it does not know stay. */
  restore(text: string, vault: TokenVault, options?: RestoreOptions): string {
    return restoreTokens(vault, text, options);
  }

  /** `restore` for a text that comes in pieces, a token cut in two included: `push` each, then `end`. */
  createRestorer(vault: TokenVault, options?: RestoreOptions): Restorer {
    return createRestorer(vault, options);
  }

  /**
   * Makes an agent known here and at the control plane; again changes it. Resolves also when the control plane cannot
   * be reached: it is tried again in the background. Rejects with ConfigError (malformed, refused) or AuthError.
   */
  registerAgent(agent: Agent): Promise<void> {
    return this.#running.registry.register(agent);
  }

  /** Throws AgentPausedError while the agent is paused. */
  startTrace(input: TraceStart): TraceHandle {
    const { enforcer, recorder, traces } = this.#running;
    const decision = enforcer.decide({ agentId: readMember(input, "agentId") });
    if (decision.verdict === "paused") {
      recorder.reportHalt(decision);
      throw createPausedError(decision);
    }
    return traces.start(input);
  }

  /** Holds an agent (or, with a level, a team, a workspace, everyone) in this process, at once. Throws ConfigError. */
  pauseAgent(targetId: string, pause: Partial<Omit<Pause, "targetId">> = {}): void {
    this.#running.pauses.addLocal(readPause(targetId, pause));
  }

  /** Lifts a pause that this process has made; true when there was one. A control plane's pauses stay. */
  resumeAgent(targetId: string, level: Level = "agent"): boolean {
    return this.#running.pauses.removeLocal(level, targetId);
  }

  /** Calls a function on every event of a name. Throws ConfigError for a name that there is not: it would never be called. */
  on<Name extends EventName>(name: Name, listener: Listener<Name>): this {
    if (!eventNames.includes(name)) {
      throw new ConfigError(`unknown event \`${String(name).slice(0, 64)}\`, expected one of ${eventNames.join(", ")}`);
    }
    if (typeof listener !== "function") throw new ConfigError("expected a function as listener");
    this.#running.emitter.on(name, listener);
    return this;
  }

  /** Stops calling a function that `on` was given. */
  off<Name extends EventName>(name: Name, listener: Listener<Name>): this {
    this.#running.emitter.off(name, listener);
    return this;
  }

  /** Where the client stands at this moment. Never throws. */
  stats(): HoldpointStats {
    return readStats(this.#running);
  }

  /**
   * Sends canaries through this client's own path: a step of a paused agent through every verb, and those that are
   * given. Rejects with HoldpointError, naming what was not stopped; also when no policy in force can stop anything.
   */
  selfTest(options: SelfTestOptions = {}): Promise<SelfTestReport> {
    return selfTest(this, this.#running, options);
  }

  /**
   * Counts a step that went by without being judged as it should have been, for adapters: `handler_error` (a hook of
   * ours failed), `no_handler` (there was none in place). `hook` names where. Shown in `stats()`, told to listeners and
   * to the control plane. Never throws.
   */
  reportUngoverned(reason: "handler_error" | "no_handler", hook?: string): void {
    this.#running.ungoverned.add(reason === "handler_error" ? reason : "no_handler", readName(hook));
  }

  /**
   * Resolves when what was recorded so far is sent or dropped, or the close time-out is over. Asks for the bundle as well when
   * that is overdue: edge runtimes stop timers between two requests. Never rejects.
   */
  async flush(): Promise<void> {
    const { lane, connection, settings } = this.#running;
    const { closeTimeoutMs } = settings.numbers;
    await Promise.all([lane?.flush(closeTimeoutMs), connection?.catchUp(closeTimeoutMs)]);
  }

  /** Ends open traces, sends what is left within the close time-out, stops everything. Verdicts stay available. Never rejects. */
  close(): Promise<void> {
    this.#closing ??= this.#running.close();
    return this.#closing;
  }

  #enforce(build: BuildRequest, input: unknown, options: CallOptions | undefined): Promise<Decision> {
    return this.#running.enforcer.enforce(build(input, this.#running.settings.environment), options);
  }
}
