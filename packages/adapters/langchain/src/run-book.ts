import {
  defaults,
  type EnforcementHaltError,
  type Holdpoint,
  identityOf,
  isEnforcementHaltError,
  type SpanHandle,
  type TraceHandle,
} from "@holdpoint/sdk";
import { asHalt } from "./as-halt";
import type { HoldpointLangChainOptions } from "./options";

/** What all runs below one root share. */
export interface Root {
  readonly runId: string;
  trace: TraceHandle | undefined;
  /** What has stopped this run. It is raised again at every later hook, so that no framework can talk around it. */
  halt: EnforcementHaltError | undefined;
  readonly runIds: Set<string>;
  /** The text that was checked, by id of the tool call. */
  readonly checkedResults: Map<string, string>;
  /** Calls of the model's answers that no tool has taken and no result has answered: their arguments by id. */
  readonly openCalls: Map<string, unknown>;
  /** It was interrupted, and goes on later. */
  waits: boolean;
  /** Texts that a human has let pass in this run. */
  readonly approvedTexts: Set<string>;
  /** Name of the tool by id of the call, from the model's answers. */
  readonly toolNames: Map<string, string>;
  /** The agent of a canary that this run carries. */
  readonly canary: string | undefined;
}

export interface Run {
  readonly runId: string;
  readonly root: Root;
  readonly span: SpanHandle | undefined;
  readonly parent: Run | undefined;
  /** Ends the wait for an approval when a run that this one belongs to has failed: nobody waits for the step. */
  readonly stop: AbortController;
  /** Settles when the check before the step is done. */
  started: Promise<void>;
  tool?: { readonly name: string; readonly args: unknown; readonly callId: string | undefined };
  /** The signal of the step itself, where the framework tells it. */
  signal?: AbortSignal;
  modelName?: string;
  /** A guarded model checks by itself. */
  isGuarded?: boolean;
  /** Parts of its answer went out before it was checked. */
  isStreamed?: boolean;
}

export interface RunStart {
  readonly runId: string;
  readonly parentRunId: string | undefined;
  readonly name: string;
  readonly spanType: string;
  readonly input: string | undefined;
  readonly canary?: string | undefined;
}

export interface RunEnd {
  readonly output?: string | undefined;
  readonly error?: unknown;
}

/** The runs that are open, each under its root; bounded, the oldest goes first. */
export interface RunBook {
  get(runId: string | undefined): Run | undefined;
  /** Throws AgentPausedError when it begins a trace of a paused agent. */
  open(start: RunStart): Run;
  /** Ends the span and, for a root, the trace and all that was left open below it. */
  close(run: Run, end: RunEnd): void;
  /** Does the work unless the root was stopped; whatever it throws stops the root. */
  guard(root: Root, work: () => Promise<void>): Promise<void>;
  readonly size: number;
}

export function createRunBook(
  hp: Holdpoint,
  options: HoldpointLangChainOptions,
  capacity: number = defaults.adapterOpenRuns,
): RunBook {
  const runs = new Map<string, Run>();

  const startTrace = ({ name, spanType, input, canary }: RunStart): TraceHandle | undefined => {
    // The hook of a step is to stop its canary by itself; a chain has nothing but its trace.
    if (canary !== undefined && spanType !== "chain") return undefined;
    const identity = { ...identityOf(options), ...(canary === undefined ? {} : { agentId: canary }) };
    return hp.startTrace({ ...identity, name, spanType, ...(input === undefined ? {} : { input }) });
  };

  const letGo = (run: Run): void => {
    run.root.runIds.delete(run.runId);
    runs.delete(run.runId);
  };

  const close = (run: Run, { output, error }: RunEnd): void => {
    const { root } = run;
    const cause = root.halt ?? error;
    const end = cause === undefined ? {} : { status: statusOf(cause), error: cause };
    run.span?.end(end);
    letGo(run);
    if (cause !== undefined) {
      for (const id of root.runIds) {
        const open = runs.get(id);
        if (open && isInside(open, run)) open.stop.abort(cause);
      }
    }
    if (run.runId !== root.runId) return;
    for (const id of root.runIds) {
      const left = runs.get(id);
      left?.span?.end(end);
      runs.delete(id);
    }
    root.trace?.end({ ...end, ...(output === undefined || cause !== undefined ? {} : { output }) });
  };

  return {
    get: (runId) => (runId === undefined ? undefined : runs.get(runId)),
    open(start) {
      const parent = start.parentRunId === undefined ? undefined : runs.get(start.parentRunId);
      const root = parent?.root ?? createRoot(start.runId, start.canary);
      if (!parent) root.trace = startTrace(start);
      const span =
        // None begins in a run that was stopped.
        parent && root.trace && !root.halt
          ? root.trace.span({
              name: start.name,
              spanType: start.spanType,
              ...(parent.span ? { parentSpanId: parent.span.spanId } : {}),
            })
          : undefined;
      const run: Run = { ...createRun(start.runId, root), span, parent };
      root.runIds.add(run.runId);
      runs.set(run.runId, run);
      if (runs.size > capacity) {
        const [oldest] = runs.values();
        if (oldest) close(oldest, { error: new Error("the run was not seen to end") });
      }
      return run;
    },
    close,
    async guard(root, work) {
      if (root.halt) throw root.halt;
      try {
        await work();
      } catch (error) {
        root.halt ??= asHalt(error);
      }
      // A sibling may have been stopped while this step was being decided.
      if (root.halt) throw root.halt;
    },
    get size() {
      return runs.size;
    },
  };
}

export function createRoot(runId: string, canary?: string): Root {
  return {
    runId,
    canary,
    trace: undefined,
    halt: undefined,
    runIds: new Set(),
    checkedResults: new Map(),
    openCalls: new Map(),
    waits: false,
    approvedTexts: new Set(),
    toolNames: new Map(),
  };
}

/** One that is in no book. */
export const createRun = (runId: string, root: Root): Run => ({
  runId,
  root,
  span: undefined,
  parent: undefined,
  stop: new AbortController(),
  started: Promise.resolve(),
});

function isInside(run: Run, outer: Run): boolean {
  for (let at = run.parent; at; at = at.parent) if (at === outer) return true;
  return false;
}

const statusOf = (error: unknown): "policy_blocked" | "error" =>
  isEnforcementHaltError(error) ? "policy_blocked" : "error";
