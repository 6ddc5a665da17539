import { isObject, pointTo } from "../problems";
import { hasMember, ownNames, readCount, readPattern } from "./assertions";
import {
  type Check,
  type CompileKeyword,
  createSeen,
  failAt,
  type KeywordContext,
  mergeSeen,
  type SchemaRun,
  type Seen,
} from "./types";

/** Judges one member or item; the pointer of what fails grows on the way back. */
const descend = (check: Check, value: unknown, run: SchemaRun, step: string | number): boolean => {
  if (check(value, run, undefined)) return true;
  run.path = pointTo("", step) + run.path;
  return false;
};

/** Judges the same value by another schema; what that looked at counts only when it holds. */
const apply = (check: Check, value: unknown, run: SchemaRun, seen: Seen | undefined): boolean => {
  if (!seen) return check(value, run, undefined);
  const own = createSeen();
  if (!check(value, run, own)) return false;
  mergeSeen(seen, own);
  return true;
};

const readSchemas = (value: unknown, context: KeywordContext): Check[] | undefined => {
  if (!Array.isArray(value) || value.length === 0) return context.refuse("expected a list of schemas");
  return value.map((schema, index) => context.compile(schema, pointTo(context.pointer, index), true));
};

const readMembers = (value: unknown, context: KeywordContext, inPlace = false): [string, Check][] | undefined => {
  if (!isObject(value)) return context.refuse("expected an object of schemas");
  return Object.entries(value).map(([name, schema]) => [
    name,
    context.compile(schema, pointTo(context.pointer, name), inPlace),
  ]);
};

const $ref: CompileKeyword = (reference, context) => {
  if (typeof reference !== "string") return context.refuse("expected a reference, for example `#/$defs/name`");
  const check = context.refer(reference, context.pointer);
  return (value, run, seen) => apply(check, value, run, seen);
};

const allOf: CompileKeyword = (value, context) => {
  const checks = readSchemas(value, context);
  return checks && ((item, run, seen) => checks.every((check) => apply(check, item, run, seen)));
};

const anyOf: CompileKeyword = (value, context) => {
  const checks = readSchemas(value, context);
  if (!checks) return undefined;
  return (item, run, seen) => {
    let holds = false;
    for (const check of checks) {
      if (!apply(check, item, run, seen)) continue;
      holds = true;
      // Later ones are only asked for what they look at.
      if (!seen) break;
    }
    return holds || failAt(run, "anyOf");
  };
};

const oneOf: CompileKeyword = (value, context) => {
  const checks = readSchemas(value, context);
  if (!checks) return undefined;
  return (item, run, seen) => {
    let count = 0;
    for (const check of checks) if (apply(check, item, run, seen) && ++count > 1) break;
    return count === 1 || failAt(run, "oneOf");
  };
};

const not: CompileKeyword = (value, context) => {
  const check = context.compile(value, context.pointer, true);
  return (item, run) => !check(item, run, undefined) || failAt(run, "not");
};

const ifThenElse: CompileKeyword = (value, context) => {
  const condition = context.compile(value, context.pointer, true);
  const branch = (name: "then" | "else"): Check | undefined =>
    context.schema[name] === undefined
      ? undefined
      : context.compile(context.schema[name], context.pointer.replace(/if$/, name), true);
  const [yes, no] = [branch("then"), branch("else")];
  return (item, run, seen) => {
    const chosen = apply(condition, item, run, seen) ? yes : no;
    return !chosen || apply(chosen, item, run, seen);
  };
};

/** `then` and `else` are read with `if`; without it they are only checked. */
const branchAlone: CompileKeyword = (value, context) => {
  if (context.schema["if"] === undefined) context.compile(value, context.pointer, true);
  return undefined;
};

const dependentSchemas: CompileKeyword = (value, context) => {
  const rules = readMembers(value, context, true);
  if (!rules) return undefined;
  return (item, run, seen) =>
    !isObject(item) || rules.every(([name, check]) => !hasMember(item, name) || apply(check, item, run, seen));
};

const prefixItems: CompileKeyword = (value, context) => {
  if (!Array.isArray(value) || value.length === 0) return context.refuse("expected a list of schemas");
  const checks = value.map((schema, index) => context.compile(schema, pointTo(context.pointer, index), false));
  return (item, run, seen) => {
    if (!Array.isArray(item)) return true;
    const count = Math.min(item.length, checks.length);
    for (let index = 0; index < count; index++) {
      if (!descend(checks[index] as Check, item[index], run, index)) return false;
      seen?.items.add(index);
    }
    return true;
  };
};

const items: CompileKeyword = (value, context) => {
  const check = context.compile(value, context.pointer, false);
  const prefix = context.schema["prefixItems"];
  const first = Array.isArray(prefix) ? prefix.length : 0;
  return (item, run, seen) => {
    if (!Array.isArray(item)) return true;
    for (let index = first; index < item.length; index++) if (!descend(check, item[index], run, index)) return false;
    if (seen) seen.allItems = true;
    return true;
  };
};

const contains: CompileKeyword = (value, context) => {
  const check = context.compile(value, context.pointer, false);
  const bound = (name: "minContains" | "maxContains", fallback: number): number | undefined =>
    context.schema[name] === undefined
      ? fallback
      : readCount(context.schema[name], { ...context, refuse: () => undefined });
  const [least, most] = [bound("minContains", 1), bound("maxContains", Number.POSITIVE_INFINITY)];
  if (least === undefined || most === undefined) return undefined;
  return (item, run, seen) => {
    if (!Array.isArray(item)) return true;
    let count = 0;
    item.forEach((one, index) => {
      if (!check(one, run, undefined)) return;
      count++;
      seen?.items.add(index);
    });
    if (count < least) return failAt(run, least === 1 ? "contains" : "minContains");
    return count <= most || failAt(run, "maxContains");
  };
};

/** Read with `contains`. */
const containsBound: CompileKeyword = (value, context) => {
  readCount(value, context);
  return undefined;
};

const properties: CompileKeyword = (value, context) => {
  const rules = readMembers(value, context);
  if (!rules) return undefined;
  return (item, run, seen) => {
    if (!isObject(item)) return true;
    for (const [name, check] of rules) {
      if (!hasMember(item, name)) continue;
      if (!descend(check, item[name], run, name)) return false;
      seen?.properties.add(name);
    }
    return true;
  };
};

const readPatterns = (value: unknown, context: KeywordContext): [(name: string) => boolean, string][] =>
  isObject(value)
    ? Object.keys(value).flatMap((source): [(name: string) => boolean, string][] => {
        const test = readPattern(source, context, pointTo(context.pointer, source));
        return test ? [[test, source]] : [];
      })
    : [];

const patternProperties: CompileKeyword = (value, context) => {
  const members = readMembers(value, context);
  if (!members) return undefined;
  const checks = new Map(members);
  const rules = readPatterns(value, context).map(([test, source]) => [test, checks.get(source) as Check] as const);
  return (item, run, seen) => {
    if (!isObject(item)) return true;
    for (const name of ownNames(item)) {
      for (const [test, check] of rules) {
        run.steps += 1 + (name.length >> 4);
        if (!test(name)) continue;
        if (!descend(check, item[name], run, name)) return false;
        seen?.properties.add(name);
      }
    }
    return true;
  };
};

const additionalProperties: CompileKeyword = (value, context) => {
  const check = context.compile(value, context.pointer, false);
  const { schema } = context;
  const named = new Set(isObject(schema["properties"]) ? Object.keys(schema["properties"]) : []);
  // What is wrong with the patterns is told once, where they stand.
  const patterns = readPatterns(schema["patternProperties"], { ...context, refuse: () => undefined });
  return (item, run, seen) => {
    if (!isObject(item)) return true;
    for (const name of ownNames(item)) {
      run.steps += 1 + patterns.length * (name.length >> 4);
      if (named.has(name) || patterns.some(([test]) => test(name))) continue;
      if (!descend(check, item[name], run, name)) return value === false ? failAtMember(run, context, name) : false;
      seen?.properties.add(name);
    }
    return true;
  };
};

/** A member that should not be there breaks the keyword, not the schema `false`. */
function failAtMember(run: SchemaRun, { keyword }: KeywordContext, step: string | number): false {
  run.keyword = keyword;
  run.path = pointTo("", step);
  return false;
}

const propertyNames: CompileKeyword = (value, context) => {
  const check = context.compile(value, context.pointer, false);
  return (item, run) =>
    !isObject(item) || ownNames(item).every((name) => check(name, run, undefined)) || failAt(run, "propertyNames");
};

const unevaluatedItems: CompileKeyword = (value, context) => {
  const check = context.compile(value, context.pointer, false);
  return (item, run, seen) => {
    if (!Array.isArray(item) || !seen || seen.allItems) return true;
    for (let index = 0; index < item.length; index++) {
      if (seen.items.has(index)) continue;
      if (!descend(check, item[index], run, index)) return value === false ? failAtMember(run, context, index) : false;
    }
    seen.allItems = true;
    return true;
  };
};

const unevaluatedProperties: CompileKeyword = (value, context) => {
  const check = context.compile(value, context.pointer, false);
  return (item, run, seen) => {
    if (!isObject(item) || !seen || seen.allProperties) return true;
    for (const name of ownNames(item)) {
      if (seen.properties.has(name)) continue;
      if (!descend(check, item[name], run, name)) return value === false ? failAtMember(run, context, name) : false;
    }
    seen.allProperties = true;
    return true;
  };
};

/** Keywords that hand values to other schemas, in the order in which they are judged. */
export const applicators: Readonly<Record<string, CompileKeyword>> = {
  properties,
  patternProperties,
  additionalProperties,
  propertyNames,
  prefixItems,
  items,
  minContains: containsBound,
  maxContains: containsBound,
  contains,
  $ref,
  allOf,
  anyOf,
  oneOf,
  not,
  if: ifThenElse,
  // biome-ignore lint/suspicious/noThenProperty: the keyword's name
  then: branchAlone,
  else: branchAlone,
  dependentSchemas,
  unevaluatedItems,
  unevaluatedProperties,
};
