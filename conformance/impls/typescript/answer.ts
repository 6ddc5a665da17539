import {
  type CompileContext,
  type CompileProblem,
  canonicalJson,
  chargesFor,
  compile,
  type EvaluateOptions,
  evaluate,
  type GovernedAgent,
  type Plan,
  readPolicyDocument,
  resolveGovernance,
  specDigest,
  type UsageReader,
} from "@holdpoint/core";

/** What the runner sends; fields beyond `frame` and `op` belong to the operation. */
interface Frame {
  readonly frame: string;
  readonly op: string;
  readonly policies?: unknown;
  readonly context?: {
    readonly organizationId?: string;
    readonly agents?: CompileContext["agents"];
    readonly saltHex?: string;
    readonly settings?: readonly unknown[];
    readonly allowUnknownAgents?: boolean;
  };
  readonly request?: unknown;
  readonly usage?: readonly UsageRow[];
  readonly nowMs?: number;
  readonly pauses?: EvaluateOptions["pauses"];
  readonly explain?: boolean;
  readonly agent?: GovernedAgent;
  readonly settings?: readonly unknown[];
  readonly value?: unknown;
}

interface UsageRow {
  readonly metric: string;
  readonly scope: string;
  readonly scopeId: string;
  readonly window: string;
  readonly start: string;
  readonly amount: number | null;
}

/** One answer to one line; whatever goes wrong is an answer too. */
export function answer(line: string): string {
  let frame = "";
  try {
    const request = JSON.parse(line) as Frame;
    frame = request.frame;
    return canonicalJson({ frame, ...perform(request) });
  } catch (error) {
    return canonicalJson({ frame, ok: false, error: error instanceof Error ? error.message : String(error) });
  }
}

function perform(frame: Frame): Record<string, unknown> {
  switch (frame.op) {
    case "hello":
      return { ok: true, language: "typescript", specDigest };
    case "canonical":
      return { ok: true, text: canonicalJson(frame.value) };
    case "governance": {
      const { settings = [], agent = { agentId: "" }, pauses = [], nowMs = 0 } = frame;
      return { ok: true, governance: resolveGovernance(settings, agent, { pauses, nowMs }) };
    }
    case "decide":
    case "charges": {
      const compiled = compileFrame(frame);
      if ("problems" in compiled) return { ok: false, problems: compiled.problems };
      const clock = (): number => frame.nowMs ?? 0;
      if (frame.op === "charges") {
        const charges = chargesFor(compiled.plan, frame.request, clock);
        return { ok: true, charges: charges.map(({ counter, amount }) => ({ key: counter.key, amount })) };
      }
      const options = { pauses: frame.pauses ?? [], explain: frame.explain ?? false };
      return {
        ok: true,
        decision: evaluate(compiled.plan, frame.request, createUsage(frame.usage ?? []), clock, options),
      };
    }
    default:
      return { ok: false, error: `unknown operation \`${frame.op}\`` };
  }
}

function compileFrame({ policies, context = {} }: Frame): { plan: Plan } | { problems: readonly CompileProblem[] } {
  const read = readPolicyDocument(policies);
  if (!read.ok) return { problems: read.problems };
  const compiled = compile(
    read.policies.map(({ policy }) => policy),
    {
      pointers: read.policies.map(({ pointer }) => pointer),
      ...(context.organizationId === undefined ? {} : { organizationId: context.organizationId }),
      ...(context.agents === undefined ? {} : { agents: context.agents }),
      ...(context.settings === undefined ? {} : { settings: context.settings }),
      ...(context.allowUnknownAgents === undefined ? {} : { allowUnknownAgents: context.allowUnknownAgents }),
      ...(context.saltHex === undefined ? {} : { salt: Uint8Array.from(Buffer.from(context.saltHex, "hex")) }),
    },
  );
  return compiled.ok ? { plan: compiled.plan } : { problems: compiled.problems };
}

/** Counters that the frame does not name read zero; an amount of null cannot be read. */
function createUsage(rows: readonly UsageRow[]): UsageReader {
  const amounts = new Map(
    rows.map((row) => [
      `${row.metric}|${row.scope}|${row.scopeId}|${row.window}|${row.start}`,
      row.amount ?? Number.NaN,
    ]),
  );
  return { read: ({ key }) => amounts.get(key) ?? 0 };
}
