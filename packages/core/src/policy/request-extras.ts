import {
  type ApprovalProof,
  approvalProofFields,
  type ClassifierResult,
  classifierResultFields,
  type MessageTable,
  type RequestProblem,
  type ToolDescriptor,
  toolDescriptorFields,
  type ValidatorResult,
  validatorResultFields,
} from "../gen/messages";
import { type DataClassification, dataClassificationValues, limits } from "../gen/tables";
import { decodeObject } from "./decode-message";
import { createProblemList, describeType, isObject, listNames, pointTo } from "./problems";

/** What a classifier said about one policy's texts. */
export interface ClassifierScoresResult {
  readonly scores: ReadonlyMap<string, number>;
  /** Why there are none; empty when there are. */
  readonly error: string;
  readonly open: boolean;
}

/** Fields that few requests have. Absent texts are empty, absent counts zero (SPECIFICATION D-14). */
export interface RequestExtras {
  readonly provider: string;
  readonly region: string;
  readonly userRoles: readonly string[];
  readonly userGroups: readonly string[];
  readonly action: string;
  readonly resource: string;
  readonly targetAgentId: string;
  readonly delegationChain: readonly string[];
  readonly delegatedTools: readonly string[];
  readonly dataSource: string;
  readonly dataClassification: DataClassification | "";
  readonly recordCount: number;
  readonly scores: ReadonlyMap<string, number>;
  readonly classifications: ReadonlyMap<string, number>;
  readonly approvals: readonly ApprovalProof[];
  readonly toolDescriptor: ToolDescriptor | undefined;
  readonly validatorResults: ReadonlyMap<string, ValidatorResult>;
  readonly outputTokens: number;
  /** Empty when the request does not say: then the registered agent's counts. */
  readonly workspaceId: string;
  readonly teamId: string;
  readonly parentSessionId: string;
  readonly classifierResults: ReadonlyMap<string, ClassifierScoresResult>;
}

export type ExtraPart = keyof RequestExtras;

/** Where what is wrong with a field goes. */
export interface ExtrasReader {
  fail(part: ExtraPart, path: string, message: string, reason?: RequestProblem["reason"]): void;
  /** A text of at most so many characters, by default as many as a name has; undefined when there is none. */
  name(part: ExtraPart, most?: number): string | undefined;
  /** A list of at most so many items; empty when there is none. */
  list(value: unknown, part: ExtraPart, most: number): readonly unknown[];
  /** Checks a JSON value against the bounds of the request. */
  walk(value: unknown, part: ExtraPart, path: string): boolean;
}

export const noExtras: RequestExtras = Object.freeze({
  provider: "",
  region: "",
  userRoles: [],
  userGroups: [],
  action: "",
  resource: "",
  targetAgentId: "",
  delegationChain: [],
  delegatedTools: [],
  dataSource: "",
  dataClassification: "",
  recordCount: 0,
  scores: new Map(),
  classifications: new Map(),
  approvals: [],
  toolDescriptor: undefined,
  validatorResults: new Map(),
  outputTokens: 0,
  workspaceId: "",
  teamId: "",
  parentSessionId: "",
  classifierResults: new Map(),
});

/** True when a request has one of these fields, or may have it without showing it. */
export function hasExtras(source: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(source);
  if (prototype !== Object.prototype && prototype !== null) return true;
  for (const key in source) if (Object.hasOwn(noExtras, key)) return true;
  return false;
}

/** The extra fields of a request, each its own part, so that what is wrong with one concerns only who reads it. */
export function readExtras(source: Readonly<Record<string, unknown>>, reader: ExtrasReader): RequestExtras {
  const text = (key: ExtraPart, most?: number): string => reader.name(key, most) ?? "";
  const list = (key: ExtraPart, most: number): readonly string[] => readNames(source[key], key, most, reader);
  return {
    provider: text("provider"),
    region: text("region"),
    userRoles: list("userRoles", limits.maxRoles),
    userGroups: list("userGroups", limits.maxRoles),
    action: text("action"),
    resource: text("resource"),
    targetAgentId: text("targetAgentId"),
    delegationChain: list("delegationChain", limits.maxDelegationChain),
    delegatedTools: list("delegatedTools", limits.maxTools),
    dataSource: text("dataSource", limits.maxUriChars),
    dataClassification: readClassification(source["dataClassification"], reader),
    recordCount: readCount(source["recordCount"], "recordCount", true, reader),
    scores: readNumbers(source["scores"], "scores", undefined, reader),
    classifications: readNumbers(source["classifications"], "classifications", 1, reader),
    approvals: readApprovals(source["approvals"], reader),
    toolDescriptor: readDescriptor(source["toolDescriptor"], reader),
    validatorResults: readResults(source["validatorResults"], reader),
    outputTokens: readCount(source["outputTokens"], "outputTokens", false, reader),
    workspaceId: text("workspaceId"),
    teamId: text("teamId"),
    parentSessionId: text("parentSessionId"),
    classifierResults: readClassifierResults(source["classifierResults"], reader),
  };
}

export const absent = (value: unknown): value is undefined | null => value === undefined || value === null;

function readNames(value: unknown, key: ExtraPart, most: number, reader: ExtrasReader): readonly string[] {
  if (absent(value)) return noExtras.userRoles;
  const list = reader.list(value, key, most);
  const wrong = list.findIndex((name) => typeof name !== "string" || name.length > limits.maxNameChars);
  if (wrong < 0) return list as readonly string[];
  const found = list[wrong];
  const path = `/${key}/${wrong}`;
  if (typeof found === "string")
    reader.fail(key, path, `is longer than ${limits.maxNameChars} characters`, "REQUEST_TOO_LARGE");
  else reader.fail(key, path, `expected a string, got ${describeType(found)}`);
  return [];
}

function readClassification(value: unknown, reader: ExtrasReader): DataClassification | "" {
  if (absent(value)) return "";
  if (dataClassificationValues.includes(value as DataClassification)) return value as DataClassification;
  const message = `expected ${listNames(dataClassificationValues)}`;
  reader.fail("dataClassification", "/dataClassification", message);
  return "";
}

function readCount(value: unknown, key: ExtraPart, whole: boolean, reader: ExtrasReader): number {
  if (absent(value)) return 0;
  const most = Number.MAX_SAFE_INTEGER;
  if (typeof value === "number" && value >= 0 && value <= most && (!whole || Number.isInteger(value))) return value;
  const kind = whole ? "whole number" : "number";
  reader.fail(key, `/${key}`, `expected a ${kind} from 0 to ${most}, got ${describeNumber(value)}`);
  return 0;
}

/** What a number that is not wanted is, in words. */
export const describeNumber = (value: unknown): string => {
  if (typeof value !== "number") return describeType(value);
  return Number.isNaN(value) ? "NaN" : "a number out of range";
};

/** The members of an object, at most so many, none with a name that is too long. */
function readMembers(value: unknown, key: ExtraPart, most: number, reader: ExtrasReader): readonly string[] {
  if (absent(value)) return [];
  if (!isObject(value)) {
    reader.fail(key, `/${key}`, `expected an object, got ${describeType(value)}`);
    return [];
  }
  const names = Object.keys(value);
  if (names.length > most)
    reader.fail(key, `/${key}`, `has ${names.length} members, at most ${most} are allowed`, "REQUEST_TOO_LARGE");
  else if (names.some((name) => name.length > limits.maxNameChars))
    reader.fail(key, `/${key}`, `a name is longer than ${limits.maxNameChars} characters`, "REQUEST_TOO_LARGE");
  else return names;
  return [];
}

function readNumbers(
  value: unknown,
  key: ExtraPart,
  most: number | undefined,
  reader: ExtrasReader,
): ReadonlyMap<string, number> {
  if (absent(value)) return noExtras.scores;
  const read = new Map<string, number>();
  for (const name of readMembers(value, key, limits.maxScores, reader)) {
    const item = (value as Record<string, unknown>)[name];
    // A member that is null is absent, as everywhere.
    if (absent(item)) continue;
    const inRange =
      typeof item === "number" && Number.isFinite(item) && (most === undefined || (item >= 0 && item <= most));
    if (inRange) read.set(name, item);
    else {
      const wanted = most === undefined ? "a finite number" : `a number from 0 to ${most}`;
      const path = pointTo(`/${key}`, name);
      reader.fail(key, path, `expected ${wanted}, got ${describeNumber(item)}`);
    }
  }
  return read;
}

/** A document of the contract inside the request; undefined, with problems, when anything is wrong with it. */
function readDocument(
  fields: MessageTable,
  value: unknown,
  key: ExtraPart,
  path: string,
  reader: ExtrasReader,
): unknown {
  const problems = createProblemList();
  const decoded = decodeObject(fields, value, path, problems);
  for (const { pointer, message } of problems.list) reader.fail(key, pointer, message);
  return problems.count() > 0 ? undefined : decoded;
}

function readApprovals(value: unknown, reader: ExtrasReader): readonly ApprovalProof[] {
  if (absent(value)) return noExtras.approvals;
  return reader.list(value, "approvals", limits.maxApprovals).flatMap((item, index) => {
    const proof = readDocument(approvalProofFields, item, "approvals", `/approvals/${index}`, reader);
    return proof === undefined ? [] : [proof as ApprovalProof];
  });
}

function readDescriptor(value: unknown, reader: ExtrasReader): ToolDescriptor | undefined {
  if (absent(value)) return undefined;
  const key = "toolDescriptor";
  const read = readDocument(toolDescriptorFields, value, key, `/${key}`, reader) as ToolDescriptor | undefined;
  if (read === undefined) return undefined;
  if ((read.description ?? "").length > limits.maxTextChars) {
    reader.fail(key, `/${key}/description`, `is longer than ${limits.maxTextChars} characters`, "REQUEST_TOO_LARGE");
    return undefined;
  }
  return read.annotations === undefined || reader.walk(read.annotations, key, `/${key}/annotations`) ? read : undefined;
}

function readResults(value: unknown, reader: ExtrasReader): ReadonlyMap<string, ValidatorResult> {
  if (absent(value)) return noExtras.validatorResults;
  const read = new Map<string, ValidatorResult>();
  const key = "validatorResults";
  for (const name of readMembers(value, key, limits.maxValidatorResults, reader)) {
    const item = (value as Record<string, unknown>)[name];
    if (absent(item)) continue;
    const result = readDocument(validatorResultFields, item, key, pointTo(`/${key}`, name), reader);
    if (result !== undefined) read.set(name, result as ValidatorResult);
  }
  return read;
}

function readClassifierResults(value: unknown, reader: ExtrasReader): RequestExtras["classifierResults"] {
  if (absent(value)) return noExtras.classifierResults;
  const read = new Map<string, ClassifierScoresResult>();
  const key = "classifierResults";
  for (const name of readMembers(value, key, limits.maxClassifierResults, reader)) {
    const item = (value as Record<string, unknown>)[name];
    if (absent(item)) continue;
    const path = pointTo(`/${key}`, name);
    const result = readDocument(classifierResultFields, item, key, path, reader) as ClassifierResult | undefined;
    const scores = result && checkScores(result.scores ?? {}, pointTo(path, "scores"), reader);
    if (scores) read.set(name, { scores, error: result.error ?? "", open: result.open ?? false });
  }
  return read;
}

/** Scores from 0 to 1; undefined, with a problem, when one is not. */
function checkScores(
  scores: Readonly<Record<string, number>>,
  path: string,
  reader: ExtrasReader,
): ReadonlyMap<string, number> | undefined {
  const entries = Object.entries(scores);
  if (entries.length > limits.maxScores) {
    const message = `has ${entries.length} members, at most ${limits.maxScores} are allowed`;
    reader.fail("classifierResults", path, message, "REQUEST_TOO_LARGE");
    return undefined;
  }
  const wrong = entries.find(([, score]) => !(score >= 0 && score <= 1));
  if (!wrong) return new Map(entries);
  const message = `expected a number from 0 to 1, got ${describeNumber(wrong[1])}`;
  reader.fail("classifierResults", pointTo(path, wrong[0]), message);
  return undefined;
}
