import { type Decision, evaluate, limits, parseInstant } from "@holdpoint/core";
import { readSurroundings } from "./context";
import { formatDecision } from "./format-decision";
import { formatExplanation } from "./format-explanation";
import { loadPlan } from "./load-plan";
import { colors, exitCodes, printJson, printProblems, UsageProblem } from "./print";
import { isObject, readInput } from "./read-input";
import { createUsage } from "./usage-rows";

export interface EvaluateOptions {
  readonly context?: string;
  readonly now?: string;
  readonly agent?: string;
  readonly input?: string;
  readonly phase?: string;
  readonly tool?: string;
  readonly args?: string;
  readonly json?: boolean;
}

/** Decides about one request; status 1 when the step must not happen. */
export async function evaluateCommand(
  file: string,
  request: string | undefined,
  options: EvaluateOptions,
  explain: boolean,
): Promise<number> {
  const json = options.json ?? false;
  const surroundings = await readSurroundings(options.context);
  const loaded = await loadPlan(file, surroundings.compile);
  if (!loaded.ok) {
    return printProblems(loaded.problems, json);
  }
  const { request: asked, usage, sessions } = await readRequest(request, options);
  const nowMs = readNow(options.now);
  const reader = createUsage(usage, sessions, request ?? "the request");
  const decision = evaluate(loaded.plan, asked, reader, () => nowMs, { pauses: surroundings.pauses, explain });
  if (json) printJson(decision);
  else print(decision, explain);
  return decision.allowed ? exitCodes.fine : exitCodes.findings;
}

function print(decision: Decision, explain: boolean): void {
  for (const line of formatDecision(decision, colors)) console.log(line);
  if (explain && decision.explanation)
    for (const line of formatExplanation(decision.explanation, colors)) console.log(line);
}

/** A request by itself, or an object with `request` and, if wanted, `usage` and `sessions`. */
async function readRequest(path: string | undefined, options: EvaluateOptions) {
  const read = path === undefined ? {} : await readInput(path);
  const wrapped = isObject(read) && "request" in read ? read : { request: read };
  const { request, usage, sessions } = wrapped as Record<string, unknown>;
  const stated = {
    ...(options.agent === undefined ? {} : { agentId: options.agent }),
    ...(options.input === undefined ? {} : { input: options.input }),
    ...(options.phase === undefined ? {} : { phase: options.phase }),
    ...(options.tool === undefined ? {} : { tool: { name: options.tool, args: readArgs(options.args) } }),
    ...(options.tool !== undefined && options.phase === undefined ? { phase: "tool_call" } : {}),
  };
  if (path === undefined && Object.keys(stated).length === 0)
    throw new UsageProblem(
      "name a file with the request (`-` for standard input), or say --agent with --input or --tool",
    );
  return { request: isObject(request) ? { ...request, ...stated } : request, usage, sessions };
}

function readArgs(text: string | undefined): unknown {
  if (text === undefined) return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new UsageProblem(`--args expects JSON, got \`${text.slice(0, limits.maxExplainedChars)}\``);
  }
}

/** The time of the decision: RFC 3339, by default now. */
export function readNow(text: string | undefined): number {
  if (text === undefined) return Date.now();
  const ms = parseInstant(text);
  if (Number.isNaN(ms))
    throw new UsageProblem(`expected a time such as 2026-09-21T14:00:00Z, got \`${text.slice(0, 32)}\``);
  return ms;
}
