import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type CompileProblem, compile, policyTypes, readPolicyDocument } from "@holdpoint/core";
import { Ajv2020 } from "ajv/dist/2020";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { expand } from "../../../conformance/runner/expand";
import { policyFileSchema } from "./gen/policy-file-schema";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: false });
const validate = ajv.compile(policyFileSchema);

interface Case {
  readonly id: string;
  readonly policies?: unknown;
  readonly context?: { readonly settings?: unknown[]; readonly agents?: never[] };
  readonly expect: { readonly refused?: readonly { readonly message?: string }[] };
}

function listVectors(): Case[] {
  const folder = join(root, "conformance", "vectors");
  return ["decide", "documents", "types"].flatMap((name) =>
    readdirSync(join(folder, name)).flatMap((file) => {
      const { cases } = JSON.parse(readFileSync(join(folder, name, file), "utf8")) as { cases: Case[] };
      return cases.filter((item) => "policies" in item).map((item) => ({ ...item, policies: expand(item.policies) }));
    }),
  );
}

function listPolicyFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /(^|\/)(policies|good)\.yaml$/.test(name) && !name.includes("node_modules"))
    .map((name) => join(folder, name));
}

const compiledBefore = new Map<string, readonly CompileProblem[]>();

/** Many vectors share their policies: each set is compiled once. */
function problemsOf(document: unknown, context: Case["context"] = {}): readonly CompileProblem[] {
  const key = JSON.stringify([document, context]);
  const problems = compiledBefore.get(key) ?? findProblems(document, context);
  compiledBefore.set(key, problems);
  return problems;
}

function findProblems(document: unknown, context: NonNullable<Case["context"]>): readonly CompileProblem[] {
  const read = readPolicyDocument(document);
  if (!read.ok) return read.problems;
  const compiled = compile(
    read.policies.map(({ policy }) => policy),
    context,
  );
  return compiled.ok ? [] : compiled.problems;
}

/** Of no policies a plan can be made, for a control plane may have none; a file has at least one. */
function isEmpty(document: unknown): boolean {
  const read = readPolicyDocument(document);
  return read.ok && read.policies.length === 0;
}

/** Messages about shapes, types and closed sets: what a schema is there for. Names that only an engine knows are not. */
const structural =
  /^(unknown (field|value|policy type|category)|missing field|expected (a (string|boolean|number|whole number|list)|an object|one of)|needs at least)/;

/** What only the engine knows: requirements that hang on other fields, and what stands inside a schema. */
function isInside(message: string, pointer: string, document: unknown): boolean {
  if (message.startsWith("needs at least") && !pointer.endsWith("/ruleDefinition")) return true;
  const [, index, field] = /^\/(\d+)\/ruleDefinition\/(\w+)$/.exec(pointer) ?? [];
  const name = Array.isArray(document) ? (document[Number(index)] as { policyType?: string })?.policyType : undefined;
  const type = Object.values(policyTypes).find((one) => one.type === name || one.aliases.includes(name ?? ""));
  const fields: Readonly<Record<string, { required?: boolean }>> = type?.fields ?? {};
  if (message.startsWith("missing field") && !/^missing field `[^`]+`$/.test(message)) return true;
  if (message.startsWith("missing field") && type && field && !fields[field]?.required) return true;
  // The days of a week are a list of texts in the catalogue, whose names the operator checks.
  return /\/schema(\/|$)|\/days\/\d+$/.test(pointer);
}

describe("the JSON Schema of policy files", () => {
  it("wants a policy in a file (SPECIFICATION B-18)", () => {
    const rule = { injection_scan: {} };
    const policy = { id: "i", policyType: "injection_scan", ruleDefinition: {} };
    for (const document of [rule, [policy], { policies: [policy] }]) expect(validate(document)).toBe(true);
    for (const document of [{}, [], { policies: [] }]) expect(validate(document), JSON.stringify(document)).toBe(false);
  });

  it("accepts every example", () => {
    const files = listPolicyFiles(join(root, "examples"));
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      expect(validate(parse(readFileSync(file, "utf8"))), `${file}: ${ajv.errorsText(validate.errors)}`).toBe(true);
    }
  });

  it("accepts whatever compiles", () => {
    let accepted = 0;
    for (const { id, policies, context } of listVectors()) {
      if (isEmpty(policies) || problemsOf(policies, context).length > 0) continue;
      accepted++;
      if (!validate(policies)) expect.fail(`${id}: ${ajv.errorsText(validate.errors)}`);
    }
    expect(accepted).toBeGreaterThan(700);
  }, 300_000);

  it("refuses every wrong shape, type and name that compiling refuses", () => {
    const accepted: string[] = [];
    let refused = 0;
    for (const { id, policies, context } of listVectors()) {
      const problems = problemsOf(policies, context);
      if (problems.length === 0 || !problems.every(({ message }) => structural.test(message))) continue;
      // What is wrong inside an expression or a schema, or missing from an item that may have one of several, only the engine knows.
      if (problems.some(({ line, message, pointer }) => line !== undefined || isInside(message, pointer, policies)))
        continue;
      refused++;
      if (validate(policies)) accepted.push(`${id}: ${problems[0]?.pointer} ${problems[0]?.message}`);
    }
    expect(accepted).toEqual([]);
    expect(refused).toBeGreaterThan(20);
  }, 300_000);
});
