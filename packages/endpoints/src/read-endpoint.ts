import { isEndpointUrl, limits } from "@holdpoint/core";
import { isRecord } from "./check-scores";
import type { ReadyClassifier } from "./classifier";
import { type AskEndpoint, askChat, askEmbeddings, askModerations } from "./endpoint-kinds";
import { defaults } from "./gen/constants";
import type { Endpoint } from "./post-endpoint";
import type { Redaction } from "./redact-texts";

/** Tells what is wrong with a classifier, by throwing. `member` is the one at fault, where it is one. */
export type Fail = (message: string, member?: string) => never;

/** An OpenAI-compatible endpoint, as somebody wrote it. */
export interface WrittenEndpoint {
  readonly url?: unknown;
  readonly kind?: unknown;
  readonly model?: unknown;
  readonly allowPrivate?: unknown;
  readonly question?: unknown;
  readonly examples?: unknown;
}

/** What any classifier may say of itself. */
export interface WrittenBounds {
  readonly timeoutMs?: unknown;
  readonly failMode?: unknown;
  readonly redact?: unknown;
}

const kinds: readonly unknown[] = ["moderations", "chat", "embeddings"];

/** A classifier with its time and fail mode (clause K-1), redacting what it is shown where it says so. */
export function bindClassifier(
  { timeoutMs = defaults.classifierTimeoutMs, failMode = defaults.classifierFailMode, redact = false }: WrittenBounds,
  score: AskEndpoint,
  redaction: Redaction,
  fail: Fail,
): ReadyClassifier {
  const most = limits.maxClassifierTimeoutMs;
  if (typeof timeoutMs !== "number" || !(timeoutMs >= 1 && timeoutMs <= most))
    return fail(`expected \`timeoutMs\` from 1 to ${most}`, "timeoutMs");
  if (failMode !== "closed" && failMode !== "open") return fail("expected `failMode` `closed` or `open`", "failMode");
  if (typeof redact !== "boolean") fail("expected `redact` as a boolean", "redact");
  if (!redact) return { timeoutMs, failMode, score };
  redaction.prepare();
  return { timeoutMs, failMode, score: async (ask) => score({ ...ask, texts: redaction.redact(ask.texts) }) };
}

/** How an endpoint is asked, checked (clauses K-1, K-10). */
export function readEndpoint(
  { url, kind, model, allowPrivate = false, question, examples }: WrittenEndpoint,
  parts: Pick<Endpoint, "ways" | "mayReach" | "apiKey">,
  fail: Fail,
): AskEndpoint {
  if (typeof allowPrivate !== "boolean") return fail("expected `allowPrivate` as a boolean", "allowPrivate");
  if (typeof url !== "string") return fail("expected `url`, the endpoint's whole address", "url");
  if (!allowPrivate && !isEndpointUrl(url))
    fail("expected `url` as an https address of a public host; for another one say `allowPrivate`", "url");
  if (allowPrivate && !isHttpUrl(url)) fail("expected `url` as an address that starts with http:// or https://", "url");
  if (!allowPrivate && !parts.ways.endpoints) fail("this platform cannot judge addresses: say `allowPrivate`");
  if (typeof model !== "string" || model === "") return fail("expected `model`, a name", "model");
  if (!kinds.includes(kind)) fail("expected `kind` `moderations`, `chat` or `embeddings`", "kind");
  if (question !== undefined && kind !== "chat") fail("`question` is for the kind `chat`", "question");
  if (examples !== undefined && kind !== "embeddings") fail("`examples` are for the kind `embeddings`", "examples");
  const endpoint: Endpoint = { ...parts, url, allowPrivate };
  if (kind === "moderations") return askModerations(endpoint, model);
  if (kind === "embeddings") return askEmbeddings(endpoint, model, readExamples(examples, fail));
  if (question === undefined) return askChat(endpoint, model, defaults.classifierQuestion);
  if (typeof question !== "string" || question === "") return fail("expected `question`, a text", "question");
  if (question.length > limits.maxClassifierQuestionChars)
    fail(`\`question\` is longer than ${limits.maxClassifierQuestionChars} characters`, "question");
  return askChat(endpoint, model, question);
}

/** Whether a key can go into a header: visible ASCII. */
export const isHeaderKey = (key: unknown): key is string => typeof key === "string" && /^[\x21-\x7e]+$/.test(key);

function isHttpUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return (protocol === "http:" || protocol === "https:") && username === "" && password === "";
}

function readExamples(examples: unknown, failAt: Fail): readonly { readonly label: string; readonly text: string }[] {
  const fail = (message: string): never => failAt(message, "examples");
  const lists: readonly (readonly [string, unknown])[] = isRecord(examples)
    ? Object.entries(examples)
    : [["", examples]];
  const read = lists.flatMap(([label, texts]) =>
    Array.isArray(texts)
      ? texts.map((text: unknown) => ({ label, text }))
      : fail("expected `examples` as lists of texts"),
  );
  if (lists.some(([, texts]) => (texts as readonly unknown[]).length === 0) || read.length === 0)
    fail("expected `examples`, at least one for each label");
  if (read.length > limits.maxClassifierExamples)
    fail(`has ${read.length} \`examples\`, at most ${limits.maxClassifierExamples} are allowed`);
  if (!read.every(({ text }) => typeof text === "string" && text !== "")) fail("expected `examples` as lists of texts");
  return read as readonly { label: string; text: string }[];
}
