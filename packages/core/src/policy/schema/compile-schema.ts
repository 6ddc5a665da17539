import { limits } from "../../gen/tables";
import { describeType, isObject, type ProblemList, pointTo } from "../problems";
import { suggest } from "../suggest";
import { applicators } from "./applicators";
import { assertions } from "./assertions";
import {
  type Check,
  type CompileKeyword,
  createSeen,
  failAt,
  type KeywordContext,
  mergeSeen,
  type SchemaRun,
  TooMuchWork,
} from "./types";

/** What a value breaks. */
export interface SchemaFinding {
  /** JSON pointer into the value. */
  readonly path: string;
  readonly keyword: string;
}

export interface SchemaProgram {
  /** The first keyword that a value breaks, undefined when it satisfies the schema, `too_much` when that takes too many steps. */
  check(value: unknown): SchemaFinding | "too_much" | undefined;
}

/** Keywords that say nothing about which values are right. */
const annotations = new Set(
  "$comment title description default deprecated readOnly writeOnly examples contentEncoding contentMediaType contentSchema $defs definitions $anchor $schema $id".split(
    " ",
  ),
);

const unsupported: Readonly<Record<string, string>> = {
  $dynamicRef: "write `$ref`",
  $dynamicAnchor: "write `$anchor`",
  $recursiveRef: "write `$ref`",
  $recursiveAnchor: "write `$anchor`",
  $vocabulary: "it belongs into meta-schemas",
  dependencies: "write `dependentRequired` or `dependentSchemas`",
  additionalItems: "write `prefixItems` and `items`",
};

const keywords: Readonly<Record<string, CompileKeyword>> = { ...assertions, ...applicators };
/** Keywords are judged in this order in every language; what looks at the rest comes last. */
const order = [...Object.keys(assertions), ...Object.keys(applicators)];
const dialect = /^https?:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/;

/**
 * A JSON Schema (2020-12) as closures. What is not known, reaches outside the document or never ends is a problem when
 * written, none is passed over: see SPECIFICATION P-21. Never throws.
 */
export function compileSchema(document: unknown, pointer: string, problems: ProblemList): SchemaProgram | undefined {
  const before = problems.count();
  const rootId = isObject(document) && typeof document["$id"] === "string" ? document["$id"] : undefined;
  const anchors = new Map<string, string>();
  const checks = new Map<string, Check>();
  /** Which schemas look at the same value as which others: a circle among them never ends. */
  const inPlaceOf = new Map<string, Set<string>>();

  const compileAt = (schema: unknown, at: string): Check => {
    const known = checks.get(at);
    if (known) return known;
    let compiled: Check | undefined;
    const check: Check = (value, run, seen) => {
      if (++run.steps > limits.maxSchemaSteps || run.depth >= limits.maxSchemaDepth) throw new TooMuchWork();
      run.depth++;
      const holds = (compiled as Check)(value, run, seen);
      run.depth--;
      return holds;
    };
    checks.set(at, check);
    compiled = compileOne(schema, at);
    return check;
  };

  const compileOne = (schema: unknown, at: string): Check => {
    if (typeof schema === "boolean") return schema ? () => true : (_, run) => failAt(run, "false");
    if (!isObject(schema)) {
      problems.add(pointer + at, `expected a schema: an object or a boolean, got ${describeType(schema)}`);
      return () => true;
    }
    refuseUnknown(schema, at);
    const parts = order.flatMap((keyword) => {
      if (!Object.hasOwn(schema, keyword) || schema[keyword] === undefined) return [];
      const compiled = keywords[keyword]?.(schema[keyword], createContext(keyword, schema, at));
      return compiled ? [compiled] : [];
    });
    for (const container of ["$defs", "definitions"]) {
      const defs = schema[container];
      if (isObject(defs))
        for (const [name, one] of Object.entries(defs)) compileAt(one, pointTo(pointTo(at, container), name));
      else if (defs !== undefined) problems.add(`${pointer}${at}/${container}`, "expected an object of schemas");
    }
    return join(parts, "unevaluatedProperties" in schema || "unevaluatedItems" in schema);
  };

  const refuseUnknown = (schema: Record<string, unknown>, at: string): void => {
    for (const key of Object.keys(schema)) {
      const place = pointTo(pointer + at, key);
      if (Object.hasOwn(keywords, key)) continue;
      const instead = Object.hasOwn(unsupported, key) ? unsupported[key] : undefined;
      if (instead) problems.add(place, `keyword \`${key}\` is not supported: ${instead}`);
      else if (!annotations.has(key)) {
        const near = suggest(key, [...order, ...annotations]);
        problems.add(place, `unknown keyword \`${key.slice(0, 64)}\`${near ? `, did you mean \`${near}\`?` : ""}`);
      } else if (key === "$schema" && !(typeof schema[key] === "string" && dialect.test(schema[key])))
        problems.add(place, "only `https://json-schema.org/draft/2020-12/schema` can be judged");
      else if (key === "$id" && at !== "") problems.add(place, "`$id` is read at the root only");
    }
  };

  const createContext = (keyword: string, schema: Record<string, unknown>, at: string): KeywordContext => ({
    keyword,
    schema,
    pointer: pointTo(at, keyword),
    compile(inner, innerAt, inPlace) {
      if (inPlace) link(at, innerAt);
      return compileAt(inner, innerAt);
    },
    refer(reference, from) {
      const target = resolve(reference);
      if (target === undefined) {
        problems.add(pointer + from, "nothing in this document has that name; only `#…` can be referred to");
        return () => true;
      }
      link(at, target.at);
      return compileAt(target.schema, target.at);
    },
    refuse(message, where = pointTo(at, keyword)) {
      problems.add(pointer + where, message);
      return undefined;
    },
  });

  const link = (from: string, to: string): void => {
    const targets = inPlaceOf.get(from) ?? new Set();
    inPlaceOf.set(from, targets.add(to));
  };

  /** The place that a reference names, and what stands there. */
  const resolve = (reference: string): { schema: unknown; at: string } | undefined => {
    const hash = reference.indexOf("#");
    const base = hash < 0 ? reference : reference.slice(0, hash);
    if (base !== "" && base !== rootId) return undefined;
    const fragment = decodeFragment(hash < 0 ? "" : reference.slice(hash + 1));
    if (fragment === undefined) return undefined;
    if (fragment !== "" && !fragment.startsWith("/")) {
      const at = anchors.get(fragment);
      return at === undefined ? undefined : { schema: follow(document, at), at };
    }
    const schema = follow(document, fragment);
    return schema === undefined ? undefined : { schema, at: fragment };
  };

  collectAnchors(document, "", anchors, (at) =>
    problems.add(`${pointer}${at}/$anchor`, "is used twice, or is no name"),
  );
  const check = compileAt(document, "");
  const circle = findCircle(inPlaceOf);
  if (circle !== undefined) problems.add(pointer + circle, "refers to itself without looking at a smaller value");
  if (problems.count() > before) return undefined;
  return {
    check(value) {
      const run: SchemaRun = { steps: 0, depth: 0, keyword: "", path: "" };
      try {
        return check(value, run, undefined) ? undefined : { path: run.path, keyword: run.keyword };
      } catch (error) {
        if (error instanceof TooMuchWork) return "too_much";
        throw error;
      }
    },
  };
}

/** All keywords of one schema. Where something asks what was left over, what was seen is gathered. */
function join(parts: readonly Check[], gathers: boolean): Check {
  const [only] = parts;
  if (!gathers) {
    if (!only) return () => true;
    if (parts.length === 1) return only;
    return (value, run, seen) => {
      for (const part of parts) if (!part(value, run, seen)) return false;
      return true;
    };
  }
  return (value, run, seen) => {
    const own = createSeen();
    for (const part of parts) if (!part(value, run, own)) return false;
    if (seen) mergeSeen(seen, own);
    return true;
  };
}

function decodeFragment(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** What a JSON pointer names, undefined when nothing. */
function follow(document: unknown, pointer: string): unknown {
  let value = document;
  for (const step of pointer.split("/").slice(1)) {
    const name = step.replace(/~1/g, "/").replace(/~0/g, "~");
    if (Array.isArray(value)) value = /^(?:0|[1-9][0-9]*)$/.test(name) ? value[Number(name)] : undefined;
    else value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}

/** Names that schemas of the document give themselves. Values that are no schemas (`const`, `enum`) are passed over. */
function collectAnchors(node: unknown, at: string, anchors: Map<string, string>, refuse: (at: string) => void): void {
  if (Array.isArray(node))
    for (const [index, item] of node.entries()) collectAnchors(item, pointTo(at, index), anchors, refuse);
  if (!isObject(node)) return;
  const anchor = node["$anchor"];
  if (anchor !== undefined && !isMapOfSchemas(at)) {
    if (typeof anchor !== "string" || !/^[A-Za-z_][-A-Za-z0-9._]*$/.test(anchor) || anchors.has(anchor)) refuse(at);
    else anchors.set(anchor, at);
  }
  for (const [name, item] of Object.entries(node)) {
    const isValue = !isMapOfSchemas(at) && ["const", "enum", "default", "examples"].includes(name);
    if (!isValue) collectAnchors(item, pointTo(at, name), anchors, refuse);
  }
}

const isMapOfSchemas = (at: string): boolean => {
  const last = at.slice(at.lastIndexOf("/") + 1);
  return ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"].includes(last);
};

/** A schema from which one comes back to it without leaving the value. */
function findCircle(edges: ReadonlyMap<string, ReadonlySet<string>>): string | undefined {
  const state = new Map<string, "open" | "done">();
  const visit = (at: string): string | undefined => {
    if (state.get(at) === "open") return at;
    if (state.get(at) === "done") return undefined;
    state.set(at, "open");
    for (const next of edges.get(at) ?? []) {
      const found = visit(next);
      if (found !== undefined) return found;
    }
    state.set(at, "done");
    return undefined;
  };
  for (const at of edges.keys()) {
    const found = visit(at);
    if (found !== undefined) return found;
  }
  return undefined;
}
