import { type CallOptions, type CommonInput, canaryOf, type Holdpoint, identityOf, inLots } from "@holdpoint/sdk";
import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import type { DocumentInterface } from "@langchain/core/documents";
import type { Serialized } from "@langchain/core/load/serializable";
import type { BaseMessage } from "@langchain/core/messages";
import type { LLMResult } from "@langchain/core/outputs";
import { asHalt, findHalt } from "./as-halt";
import { guardMark, markOf, offerTraces } from "./guard-mark";
import { judgeLot } from "./judge-lot";
import type { HandlerOptions } from "./options";
import { readDocuments } from "./read-documents";
import { describeValue, type ReadPrompt, readPrompt, saidIn, textOfMessage } from "./read-messages";
import { isInterrupt, readDirect, readOutputs, readShape, readToolCalls, readUsage } from "./read-result";
import { classNameOf, readToolArgs, readToolResult, textOfResult } from "./read-tool";
import { createRoot, createRun, createRunBook, type Run, type RunBook, type RunEnd, type RunStart } from "./run-book";

/**
 * Checks every step of a LangChain run and records it as one trace. A step that may not happen raises the SDK's own
 * error out of `invoke`, `stream` or `batch`; the error stays with the run, so that a framework that turns it into a
 * message for the model (as the tool node of `createAgent` does) is stopped at its next hook.
 */
export class HoldpointCallbackHandler extends BaseCallbackHandler {
  readonly name = "holdpoint";
  /** LangChain swallows what a handler throws unless both are true. */
  override raiseError = true;
  override awaitHandlers = true;
  readonly #hp: Holdpoint;
  readonly #options: HandlerOptions;
  readonly #identity: CommonInput;
  readonly #book: RunBook;

  constructor(hp: Holdpoint, options: HandlerOptions) {
    super({});
    this.#hp = hp;
    this.#options = options;
    this.#identity = identityOf(options);
    this.#book = createRunBook(hp, options);
    offerTraces(this, (runId) => {
      const run = this.#book.get(runId);
      return run ? this.#callOptions(run) : {};
    });
  }

  /** Runs that have begun and not ended. */
  get openRuns(): number {
    return this.#book.size;
  }

  // The declaration has `runType` fourth and `parentRunId` eighth; the callback manager passes them the other way
  // round. Whichever is a run that we know is the parent.
  override async handleChainStart(
    chain: Serialized | undefined,
    inputs: unknown,
    runId: string,
    fourth?: string,
    _tags?: string[],
    metadata?: Record<string, unknown>,
    seventh?: string,
    eighth?: string,
  ): Promise<void> {
    const parentRunId = [fourth, eighth].find((id) => this.#book.get(id) !== undefined);
    const runName = parentRunId !== undefined && parentRunId === eighth ? seventh : eighth;
    const name = runName ?? classNameOf(chain) ?? "chain";
    const start = { runId, parentRunId, name, spanType: "chain", input: describeValue(inputs) };
    await this.#start({ ...start, canary: canaryOf(this.#hp, metadata) }, async () => {});
  }

  /** An answer in a wanted shape is a call that no tool takes: what it says leaves the run here. So does a result that is the answer. */
  override async handleChainEnd(outputs: unknown, runId: string): Promise<void> {
    const check = async (run: Run): Promise<void> => {
      const { openCalls, runId: rootId, waits } = run.root;
      const shape = readShape(outputs);
      const isOver = runId === rootId && !waits;
      const direct = isOver && shape === undefined ? readDirect(outputs) : "";
      if (direct === "" && (openCalls.size === 0 || (shape === undefined && !isOver))) return;
      const said = new Set(isOver ? [...openCalls.values()].map(asText) : []);
      if (shape !== undefined) said.add(asText(shape));
      if (direct !== "") said.add(direct);
      for (const output of said) await this.#hp.enforceOutput({ ...this.#of(run), output }, this.#callOptions(run));
      for (const [id, args] of openCalls) if (said.has(asText(args))) openCalls.delete(id);
    };
    await this.#end(runId, check, { output: describeValue(outputs) });
  }

  override async handleChainError(error: unknown, runId: string): Promise<void> {
    const root = this.#book.get(runId)?.root;
    if (root && isInterrupt(error)) root.waits = true;
    this.#fail(runId, error);
  }

  override async handleChatModelStart(
    model: Serialized | undefined,
    messages: BaseMessage[][],
    runId: string,
    parentRunId?: string,
    extraParams?: Record<string, unknown>,
    _tags?: string[],
    metadata?: Record<string, unknown>,
    runName?: string,
  ): Promise<void> {
    const root = this.#book.get(parentRunId)?.root;
    const prompt = readPrompt(messages.flat(), (message) => {
      const { tool_call_id: callId } = message as BaseMessage & { tool_call_id?: string };
      if (callId === undefined) return false;
      root?.openCalls.delete(callId);
      return root?.checkedResults.get(callId) === textOfMessage(message);
    });
    await this.#startModel(
      { runId, parentRunId, name: runName ?? classNameOf(model) ?? "chat model", input: prompt.input },
      prompt,
      extraParams,
      metadata,
    );
  }

  override async handleLLMStart(
    model: Serialized | undefined,
    prompts: string[],
    runId: string,
    parentRunId?: string,
    extraParams?: Record<string, unknown>,
    _tags?: string[],
    metadata?: Record<string, unknown>,
    runName?: string,
  ): Promise<void> {
    const input = prompts.join("\n");
    await this.#startModel(
      { runId, parentRunId, name: runName ?? classNameOf(model) ?? "model", input },
      { input, spoken: [], wholeText: input },
      extraParams,
      metadata,
    );
  }

  override async handleLLMNewToken(token: string, _index: unknown, runId: string): Promise<void> {
    const run = this.#book.get(runId);
    if (!run || run.isGuarded || run.isStreamed || token === "") return;
    // Whoever reads the stream has this token before anything was checked.
    run.isStreamed = true;
    this.#hp.reportUngoverned("no_handler", "langchain.stream");
  }

  override async handleLLMEnd(result: LLMResult, runId: string): Promise<void> {
    const outputs = readOutputs(result);
    const check = async (run: Run): Promise<void> => {
      for (const { id, name, args } of readToolCalls(result)) {
        run.root.toolNames.set(id, name);
        if (!run.isGuarded) run.root.openCalls.set(id, args);
      }
      const usage = readUsage(result, run.modelName);
      if (usage) run.root.trace?.recordUsage(usage);
      if (run.isGuarded) return;
      for (const output of outputs) await this.#hp.enforceOutput({ ...this.#of(run), output }, this.#callOptions(run));
    };
    await this.#end(runId, check, { output: outputs.join("\n") });
  }

  override async handleLLMError(error: unknown, runId: string): Promise<void> {
    this.#fail(runId, error);
  }

  override async handleToolStart(
    tool: Serialized | undefined,
    input: string,
    runId: string,
    parentRunId?: string,
    _tags?: string[],
    metadata?: Record<string, unknown>,
    runName?: string,
    toolCallId?: string,
  ): Promise<void> {
    const root = this.#book.get(parentRunId)?.root;
    const called = toolCallId === undefined ? undefined : root?.toolNames.get(toolCallId);
    if (toolCallId !== undefined) root?.openCalls.delete(toolCallId);
    const name = called ?? runName ?? classNameOf(tool) ?? "tool";
    const args = readToolArgs(input);
    const start = { runId, parentRunId, name, spanType: "tool", input, canary: canaryOf(this.#hp, metadata) };
    await this.#start(start, async (run) => {
      run.tool = { name, args, callId: toolCallId };
      await this.#hp.enforceToolCall({ ...this.#of(run), tool: name, args }, this.#callOptions(run));
    });
  }

  override async handleToolEnd(output: unknown, runId: string): Promise<void> {
    const result = readToolResult(output);
    const check = async (run: Run): Promise<void> => {
      const { name, args, callId } = run.tool ?? { name: "tool", args: undefined, callId: undefined };
      const step = { ...this.#of(run), tool: name, result, ...(args === undefined ? {} : { args }) };
      await this.#hp.enforceToolResult(step, this.#callOptions(run));
      if (callId !== undefined) run.root.checkedResults.set(callId, textOfResult(output));
    };
    await this.#end(runId, check, { output: describeValue(result) });
  }

  override async handleToolError(error: unknown, runId: string): Promise<void> {
    this.#fail(runId, error);
  }

  override async handleRetrieverStart(
    retriever: Serialized | undefined,
    query: string,
    runId: string,
    parentRunId?: string,
    _tags?: string[],
    metadata?: Record<string, unknown>,
    runName?: string,
  ): Promise<void> {
    const name = runName ?? classNameOf(retriever) ?? "retriever";
    const start = { runId, parentRunId, name, spanType: "retriever", input: query };
    await this.#start({ ...start, canary: canaryOf(this.#hp, metadata) }, async (run) => {
      run.tool = { name, args: { query }, callId: undefined };
      await this.#hp.enforceToolCall({ ...this.#of(run), tool: name, args: { query } }, this.#callOptions(run));
    });
  }

  override async handleRetrieverEnd(documents: DocumentInterface[], runId: string): Promise<void> {
    await this.handleToolEnd(readDocuments(documents), runId);
  }

  override async handleRetrieverError(error: unknown, runId: string): Promise<void> {
    this.#fail(runId, error);
  }

  async #startModel(
    start: Omit<RunStart, "spanType">,
    { input, spoken, wholeText }: Pick<ReadPrompt, "input" | "spoken" | "wholeText">,
    extraParams: Record<string, unknown> | undefined,
    metadata: Record<string, unknown> | undefined,
  ): Promise<void> {
    const canary = canaryOf(this.#hp, metadata);
    const modelName = modelNameOf(extraParams, metadata);
    await this.#start({ ...start, spanType: "llm", canary }, async (run) => {
      const { signal } = (extraParams?.["options"] ?? {}) as { readonly signal?: unknown };
      if (signal instanceof AbortSignal) run.signal = signal;
      if (modelName !== undefined) run.modelName = modelName;
      run.isGuarded = metadata?.[guardMark] === markOf(this.#hp);
      if (run.isGuarded) return;
      const { approvedTexts } = run.root;
      // What a human has let pass in this run is not asked again at the next turn.
      const asked = input === undefined || approvedTexts.has(input) ? undefined : input;
      const open = spoken.map(saidIn).filter(({ content }) => !approvedTexts.has(content));
      const { older, last: conversationHistory } = inLots(open);
      for (const lot of older) {
        const { verdict } = await judgeLot(this.#hp, this.#of(run), lot, this.#callOptions(run));
        if (verdict === "require_approval") for (const { content } of lot) approvedTexts.add(content);
      }
      const estimatedCost = this.#options.estimateCost?.(wholeText);
      const decision = await this.#hp.enforcePolicy(
        {
          ...this.#of(run),
          phase: "input",
          ...(asked === undefined ? {} : { input: asked }),
          ...(conversationHistory.length > 0 ? { conversationHistory } : {}),
          ...(estimatedCost === undefined ? {} : { estimatedCost }),
          ...(modelName === undefined ? {} : { model: modelName }),
        },
        this.#callOptions(run),
      );
      if (decision.verdict !== "require_approval") return;
      for (const text of [asked, ...conversationHistory.map(({ content }) => content)]) {
        if (text !== undefined) approvedTexts.add(text);
      }
    });
  }

  #of({ root }: Run): CommonInput {
    return root.canary === undefined ? this.#identity : { ...this.#identity, agentId: root.canary };
  }

  /** A run without a span is its whole trace. */
  #callOptions({ root, span, stop, signal: own }: Run): CallOptions {
    const others = [own, this.#options.signal].filter((one) => one !== undefined);
    const signal = others.length === 0 ? stop.signal : AbortSignal.any([stop.signal, ...others]);
    const trace = span ?? root.trace;
    return trace ? { trace, signal } : { signal };
  }

  /** Opens a run and checks it. When that fails LangChain never ends this run: it is closed here. */
  async #start(start: RunStart, check: (run: Run) => Promise<void>): Promise<void> {
    const known = this.#book.get(start.runId);
    // The same handler twice on one run (on the model and on the call) checks once.
    if (known) return known.started;
    let run: Run;
    try {
      run = this.#book.open(start);
    } catch (error) {
      throw asHalt(error);
    }
    run.started = this.#book.guard(run.root, () => check(run));
    try {
      await run.started;
    } catch (error) {
      this.#book.close(run, { error });
      throw error;
    }
  }

  /** A run that is not known (it was let go, or began before the handler was there) is checked all the same. */
  async #end(runId: string, check: (run: Run) => Promise<void>, end: RunEnd): Promise<void> {
    const known = this.#book.get(runId);
    const run = known ?? createRun(runId, createRoot(runId));
    try {
      await this.#book.guard(run.root, () => check(run));
    } catch (error) {
      if (known) this.#book.close(known, { error });
      throw error;
    }
    if (known) this.#book.close(known, end);
  }

  /** Whatever the framework made of it, the caller gets our own error back. */
  #fail(runId: string, error: unknown): void {
    const run = this.#book.get(runId);
    if (!run) return;
    // What a guarded model has stopped.
    run.root.halt ??= findHalt(error);
    this.#book.close(run, { error });
    if (run.root.halt && run.root.halt !== error) throw run.root.halt;
  }
}

const asText = (value: unknown): string => JSON.stringify(value) ?? "";

function modelNameOf(
  extraParams: Record<string, unknown> | undefined,
  metadata: Record<string, unknown> | undefined,
): string | undefined {
  const params = (extraParams?.["invocation_params"] ?? {}) as Record<string, unknown>;
  const name = params["model"] ?? params["model_name"] ?? metadata?.["ls_model_name"];
  return typeof name === "string" && name !== "" ? name : undefined;
}
