import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emitPolicyTypes } from "./emit-policy-types.ts";
import { emitTables } from "./emit-tables.ts";
import { repositoryRoot } from "./files.ts";
import { readSpec } from "./read-spec.ts";

/** A type that exists nowhere but here: everything that conditions can say, and no operator. */
const newType = `
number: 900
type: release_gate
title: Release gate
doc: Who may release what, when, and how good it must be.
aliases: [gate]
phases: [tool_call, output]
severity: high
tier: observe
reads: []
fields:
  tools: { type: globList, default: ["deploy_*"], doc: tools that release }
  roles: { type: enumList, values: [lead, release_manager], default: [lead], doc: roles that may }
  ranges: { type: stringList, default: [], doc: networks that may be released to }
  minimum: { type: numberMap, default: {}, doc: lowest measures }
  owners: { type: stringMap, default: {}, doc: who owns an environment }
  ratio: { type: number, default: 2, doc: largest share of tokens per record }
  longest: { type: duration, default: 2h, doc: longest run }
  frozen_from: { type: instant, doc: beginning of a freeze }
  hours:
    type: object
    default: {}
    doc: hours of release
    fields:
      days: { type: enumList, values: [mon, tue, wed, thu, fri, sat, sun], default: [mon, tue, wed, thu], doc: days }
      from: { type: timeOfDay, default: "22:00", doc: from }
      to: { type: timeOfDay, default: "02:00", doc: until }
      timezone: { type: timezone, default: Europe/Berlin, doc: where }
conditions:
  - id: role
    when: rule.tools.exists(t, glob(t, request.tool.name)) && !request.userRoles.exists(r, r.lowerAscii() in rule.roles)
    reason: TOOL_DENIED
    message: "\`{request.tool.name}\` needs one of {rule.roles}, got {size(request.userRoles)}"
  - id: hours
    when: rule.tools.exists(t, glob(t, request.tool.name)) && !in_hours(now, rule.hours.days, rule.hours.from, rule.hours.to, rule.hours.timezone)
    reason: TOOL_NOT_ALLOWED
    mode: require_approval
    message: "outside {rule.hours.from} to {rule.hours.to}"
  - id: network
    when: has(request.tool.args.ip) && !rule.ranges.exists(r, in_cidr(request.tool.args.ip, r))
    reason: TOOL_ARGUMENTS
    message: "address is outside {rule.ranges}"
  - id: score
    when: request.phase == "output" && (request.scores["coverage"] < rule.minimum["coverage"] || "broken" in request.scores)
    reason: EXPRESSION_TRUE
    message: "coverage {request.scores.coverage} is below {rule.minimum.coverage}"
  - id: share
    when: request.recordCount > 0 && request.estimatedTokens / request.recordCount > rule.ratio
    reason: EXPRESSION_TRUE
    message: "{request.estimatedTokens / request.recordCount} tokens for each of {request.recordCount} records"
  - id: owner
    when: request.environment in rule.owners && rule.owners[request.environment] != request.userId && !(request.metadata.approved == true)
    reason: EXPRESSION_TRUE
    message: "{request.environment} is owned by {rule.owners[request.environment]}"
  - id: words
    when: size(request.output) > 3 && ["drop ", "rm "].all(w, request.output.contains(w)) || request.output.startsWith("sudo") || request.output.endsWith("!") == true && 1.5 * rule.ratio - 1.0 > 2.5
    reason: EXPRESSION_TRUE
    message: "forbidden words"
  - id: freeze
    effect: alert
    when: 'has(rule.frozen_from) && now >= rule.frozen_from && (rule.longest == 7200000 ? true : false)'
    reason: BUDGET_WARNING
    message: "inside a freeze"
`;

const policies = [
  {
    id: "gate",
    policyType: "gate",
    enforcementMode: "block",
    ruleDefinition: {
      minimum: { coverage: 0.8 },
      ranges: ["10.0.0.0/8"],
      owners: { staging: "ann" },
      frozen_from: "2027-01-05T00:00:00Z",
    },
  },
];

// Monday 2027-01-04, 22:30 in Berlin; five hours later it is Tuesday, 03:30.
const nightMs = Date.UTC(2027, 0, 4, 21, 30);
const call = { agentId: "bot", phase: "tool_call", tool: { name: "deploy_web", args: {} }, userRoles: ["LEAD"] };
const output = { agentId: "bot", phase: "output", output: "fine", scores: { coverage: 0.9 } };

interface Case {
  readonly title: string;
  readonly request: object;
  readonly nowMs?: number;
  readonly reasons: readonly string[];
  readonly messages?: readonly string[];
  readonly alerts?: number;
}

const cases: readonly Case[] = [
  { title: "passes what satisfies every condition", request: call, reasons: [] },
  {
    title: "misses a role, in any case of its letters",
    request: { ...call, userRoles: ["lead developer"] },
    reasons: ["TOOL_DENIED"],
    messages: ["`deploy_web` needs one of lead, got 1"],
  },
  { title: "lets other tools be", request: { ...call, tool: { name: "web" }, userRoles: [] }, reasons: [] },
  {
    title: "is outside its hours in the milder mode, and inside a freeze",
    request: call,
    nowMs: nightMs + 5 * 3_600_000,
    reasons: ["TOOL_NOT_ALLOWED"],
    alerts: 1,
  },
  {
    title: "counts the hours past midnight to the day before",
    request: call,
    nowMs: nightMs + 3 * 3_600_000,
    reasons: [],
    alerts: 1,
  },
  {
    title: "judges an address",
    request: { ...call, tool: { name: "x", args: { ip: "11.0.0.1" } } },
    reasons: ["TOOL_ARGUMENTS"],
  },
  {
    title: "fails on an address that is none",
    request: { ...call, tool: { name: "x", args: { ip: 7 } } },
    reasons: ["EXPRESSION_FAILED"],
  },
  {
    title: "reads measures",
    request: { ...output, scores: { coverage: 0.75 } },
    reasons: ["EXPRESSION_TRUE"],
    messages: ["coverage 0.75 is below 0.8"],
  },
  { title: "fails on a measure that is missing", request: { ...output, scores: {} }, reasons: ["EXPRESSION_FAILED"] },
  {
    title: "lets the other side of `||` decide over a failure",
    request: { ...output, scores: { broken: 1, coverage: 1 } },
    reasons: ["EXPRESSION_TRUE"],
  },
  {
    title: "divides",
    request: { ...output, estimatedTokens: 5, recordCount: 2 },
    reasons: ["EXPRESSION_TRUE"],
    messages: ["2.5 tokens for each of 2 records"],
  },
  {
    title: "reads maps of the rule and of the request",
    request: { ...output, environment: "staging", userId: "bob", metadata: { approved: 1 } },
    reasons: ["EXPRESSION_TRUE"],
    messages: ["staging is owned by ann"],
  },
  {
    title: "takes a value of another type for different",
    request: { ...output, environment: "staging", userId: "bob", metadata: { approved: true } },
    reasons: [],
  },
  { title: "needs all of a list", request: { ...output, output: "drop x; rm y" }, reasons: ["EXPRESSION_TRUE"] },
  { title: "needs more than one of a list", request: { ...output, output: "drop x" }, reasons: [] },
  {
    title: "holds when a part that it reads is broken",
    request: { ...output, scores: { coverage: "1" } },
    reasons: ["REQUEST_INVALID"],
  },
];

const typescriptRunner = `
import { compile, evaluate, canonicalJson } from "./packages/core/src/index.ts";
const { policies, cases, nightMs } = JSON.parse(process.argv[2]);
const compiled = compile(policies);
if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
for (const { request, nowMs } of cases)
  console.log(canonicalJson(evaluate(compiled.plan, request, { read: () => 0 }, () => nowMs ?? nightMs)));
`;

const pythonRunner = `
import json, sys
from holdpoint._core import canonical_json, compile_policies, evaluate, to_wire
given = json.loads(sys.argv[1])
compiled = compile_policies(given["policies"])
assert compiled.plan is not None, compiled.problems
class Usage:
    def read(self, counter):
        return 0
for case in given["cases"]:
    now = case.get("nowMs", given["nightMs"])
    print(canonical_json(to_wire(evaluate(compiled.plan, case["request"], Usage(), lambda: now))))
`;

/** A copy of both languages' sources with what the generator makes of the catalogue and one more folder. */
function buildHouse(): string {
  const house = mkdtempSync(join(tmpdir(), "holdpoint-new-type-"));
  const types = join(house, "types");
  mkdirSync(types);
  writeFileSync(join(types, "release_gate.yaml"), newType);
  for (const folder of ["packages/core/src", "python/src/holdpoint"])
    cpSync(join(repositoryRoot, folder), join(house, folder), {
      recursive: true,
      filter: (path) => !path.endsWith(".test.ts") && !path.includes("__pycache__"),
    });
  symlinkSync(join(repositoryRoot, "node_modules"), join(house, "node_modules"));
  const spec = readSpec([types]);
  for (const { path, text } of [...emitTables(spec), ...emitPolicyTypes(spec)]) {
    mkdirSync(dirname(join(house, path)), { recursive: true });
    writeFileSync(join(house, path), text);
  }
  writeFileSync(join(house, "package.json"), '{"type": "module"}');
  writeFileSync(join(house, "run.ts"), typescriptRunner);
  writeFileSync(join(house, "run.py"), pythonRunner);
  return house;
}

function run(command: string, args: readonly string[], house: string, env: Record<string, string> = {}): string[] {
  const given = JSON.stringify({ policies, cases: cases.map(({ request, nowMs }) => ({ request, nowMs })), nightMs });
  const out = execFileSync(command, [...args, given], {
    cwd: house,
    env: { ...process.env, ...env },
    encoding: "utf8",
  });
  return out.trim().split("\n");
}

const venv = join(repositoryRoot, "python", ".venv", "bin", "python");

describe("a type that CEL can express, added as one file", () => {
  let house = "";
  let fromTypescript: string[] = [];
  let fromPython: string[] = [];
  beforeAll(() => {
    house = buildHouse();
    const tsx = pathToFileURL(join(repositoryRoot, "node_modules", "tsx", "dist", "esm", "index.mjs")).href;
    fromTypescript = run(process.execPath, ["--import", tsx, "run.ts"], house);
    fromPython = run(existsSync(venv) ? venv : "python3", ["run.py"], house, {
      PYTHONPATH: join(house, "python", "src"),
    });
  });
  afterAll(() => rmSync(house, { recursive: true, force: true }));

  it.each(cases.map((item, index) => ({ ...item, index })))("$title", ({ index, reasons, messages, alerts = 0 }) => {
    const decision = JSON.parse(fromTypescript[index] ?? "") as {
      violations: { reason: string; message: string }[];
      alerts: unknown[];
    };
    expect(decision.violations.map(({ reason }) => reason)).toEqual(reasons);
    if (messages) expect(decision.violations.map(({ message }) => message)).toEqual(messages);
    expect(decision.alerts).toHaveLength(alerts);
  });

  it("decides the same in both languages, byte for byte", () => {
    expect(fromPython).toEqual(fromTypescript);
  });
});
