import {
  EnforcementUnavailableError,
  type Holdpoint,
  identityOf,
  isEnforcementHaltError,
  type SpanHandle,
} from "@holdpoint/sdk";
import { checkAnswer, dropProbabilities } from "./check-answer";
import { type CheckContext, checkRequest } from "./check-request";
import { findWire } from "./find-wire";
import { answerHalt, asHalt, canaryHeader, memoryOf } from "./memory";
import { callOf, type HoldpointFetchOptions } from "./options";
import { readWhole } from "./rest-of-answer";
import { withRestOfRequest } from "./rest-of-request";
import { streamBody } from "./stream-body";
import { allTexts, isObject, type Json, type Usage, type Wire } from "./wire";

export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

const guarded = new WeakMap<object, Holdpoint>();

/** True for a fetch of `guardFetch` with this client of ours. */
export const isGuardedFetch = (hp: Holdpoint, fetch: unknown): boolean =>
  typeof fetch === "function" && guarded.get(fetch) === hp;

/** Longest answer that is held until it is checked. */
const maxAnswerChars = 32 * 1024 * 1024;

/**
 * A fetch for clients of language models: a model is asked only what policies let pass, and its answers, texts and tool
 * calls, come back whole and checked, streams included. What is stopped is answered with status 403, as by a server, and
 * is not to be tried again; `findHalt` gives our error of what the client makes of it. Never rejects with an error of ours.
 */
export function guardFetch(hp: Holdpoint, options: HoldpointFetchOptions, fetch: Fetch = globalThis.fetch): Fetch {
  const guard: Fetch = async (input, init = {}) => {
    const signal = init.signal ?? (input instanceof Request ? input.signal : undefined);
    let begun: Begun | undefined;
    try {
      begun = await begin({ hp, options, signal }, input, init);
    } catch (error) {
      return answerHalt(asHalt(error));
    }
    const { wire, span, approved } = begun;
    try {
      const response = await fetch(begun.input, begun.init);
      if (!response.ok || response.body === null) {
        span?.end(response.ok ? {} : { status: "error" });
        return response;
      }
      if (wire === undefined && !isReadable(response)) {
        hp.reportUngoverned("no_handler", "fetch-guard.answer");
        span?.end();
        return response;
      }
      if (wire && isEventStream(response)) return await stream(begun, wire, response, response.body);
      const bytes = await response.arrayBuffer();
      const type = response.headers.get("content-type") ?? "";
      const context = { hp, options: { ...options, step: span }, signal };
      const answer = await checkBody(context, wire, { bytes, type }, approved).catch(asHalt);
      if (isEnforcementHaltError(answer)) {
        span?.end({ status: "policy_blocked", error: answer });
        return answerHalt(answer);
      }
      record(options, answer.usage, begun.model);
      span?.end();
      return remake(response, answer.text ?? bytes);
    } catch (error) {
      span?.end({ status: "error", error });
      throw error;
    }
  };

  const stream = async (begun: Begun, wire: Wire, response: Response, body: NonNullable<Response["body"]>) => {
    const { span, approved } = begun;
    const signal = begun.signal;
    const fail = (error: unknown): void =>
      span?.end({ status: isEnforcementHaltError(error) ? "policy_blocked" : "error", error });
    const reader = body.getReader();
    const chunks = streamBody(
      readBytes(reader),
      { hp, options: { ...options, step: span }, signal },
      {
        wire,
        approved,
        maxChars: maxAnswerChars,
        finished(usage) {
          record(options, usage, begun.model);
          span?.end();
        },
      },
    );
    let first: IteratorResult<string> | undefined;
    try {
      first = await chunks.next();
    } catch (error) {
      fail(error);
      if (isEnforcementHaltError(error)) return answerHalt(error);
      throw error;
    }
    const encoder = new TextEncoder();
    const flowing = new ReadableStream<Uint8Array>(
      {
        async pull(out) {
          try {
            const next = first ?? (await chunks.next());
            first = undefined;
            if (next.done) out.close();
            else out.enqueue(encoder.encode(next.value));
          } catch (error) {
            fail(error);
            out.error(error);
          }
        },
        async cancel(reason) {
          await reader.cancel(reason).catch(() => undefined);
          await chunks.return(undefined).catch(() => undefined);
          fail(reason ?? new Error("the reader went away"));
        },
      },
      { highWaterMark: 0 },
    );
    return remake(response, flowing);
  };
  guarded.set(guard, hp);
  return guard;
}

const isEventStream = ({ headers }: Response): boolean =>
  /\btext\/event-stream\b/.test(headers.get("content-type") ?? "");

async function* readBytes(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

interface Begun {
  readonly input: string | URL | Request;
  readonly init: RequestInit;
  readonly wire: Wire | undefined;
  readonly approved: string | undefined;
  readonly model: string | undefined;
  readonly span: SpanHandle | undefined;
  readonly signal: AbortSignal | undefined;
}

/** The request to send. Throws a halt. */
async function begin(context: CheckContext, input: string | URL | Request, init: RequestInit): Promise<Begun> {
  const request = new Request(input instanceof Request ? input.clone() : input, withoutBody(init));
  const { hp, options, signal } = context;
  const canary = request.headers.get(canaryHeader);
  const isCanary = canary !== null && memoryOf(hp).canaries.has(canary);
  const checked = isCanary ? { ...context, options: { ...options, agentId: canary } } : context;
  const wire = findWire(new URL(request.url).pathname);
  const body = request.method === "GET" ? undefined : await readBody(input, init);
  // What stands in a form with files nobody reads.
  if (init.body instanceof FormData) hp.reportUngoverned("no_handler", "fetch-guard.form");
  const begun = { input, init, wire, approved: undefined, model: undefined, span: undefined, signal };
  if (body === undefined) {
    const step = { ...identityOf(checked.options), phase: "input" as const };
    if (hp.evaluate({ agentId: step.agentId }).verdict === "paused")
      await hp.enforcePolicy(step, callOf(options, signal));
    await checkQuery(checked, request.url);
    return begun;
  }
  await checkQuery(checked, request.url);
  const before = JSON.stringify(body);
  const read = wire
    ? withRestOfRequest(body, wire.readRequest(body))
    : { model: undefined, said: [{ role: "user", slot: allTexts(body) }], results: [], continuedCalls: [] };
  const { trace, parentSpanId } = options;
  const span = trace?.span({
    name: read.model ?? "model",
    spanType: "llm",
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
  });
  let approved: string | undefined;
  try {
    approved = await checkRequest({ ...checked, options: { ...checked.options, step: span } }, read);
  } catch (error) {
    const halt = asHalt(error);
    span?.end({ status: "policy_blocked", error: halt });
    throw halt;
  }
  const after = JSON.stringify(body);
  if (after === before) return { ...begun, approved, model: read.model, span };
  const headers = new Headers(init.headers ?? (input instanceof Request ? input.headers : undefined));
  headers.delete("content-length");
  return { ...begun, init: { ...init, headers, body: after }, approved, model: read.model, span };
}

/** What an address asks for in words, as a search does, is an input; many languages write without spaces. Throws a halt. */
async function checkQuery({ hp, options, signal }: CheckContext, url: string): Promise<void> {
  const words = [...new URL(url).searchParams].flat().filter((text) => /[^!-~]/.test(text));
  if (words.length === 0) return;
  const step = { ...identityOf(options), phase: "input" as const, input: words.join("\n") };
  const { transforms } = await hp.enforcePolicy(step, callOf(options, signal));
  if (transforms.length > 0) throw new EnforcementUnavailableError("a text in an address cannot be replaced");
}

function withoutBody({ body: _, ...init }: RequestInit): RequestInit {
  return init;
}

/** The JSON that is about to be sent; undefined for a form with files, or for no body at all. Throws on anything else. */
async function readBody(input: string | URL | Request, { body }: RequestInit): Promise<Json | undefined> {
  const given = body ?? (input instanceof Request ? await input.clone().text() : undefined);
  if (given === undefined || given === null || given === "" || given instanceof FormData) return undefined;
  const isBytes = given instanceof Uint8Array || given instanceof ArrayBuffer;
  const text = isBytes ? new TextDecoder().decode(given) : given;
  if (typeof text !== "string") throw new TypeError("a body that is no text cannot be checked");
  const value: unknown = JSON.parse(text);
  if (!isObject(value)) throw new TypeError("a body that is no object cannot be checked");
  return value;
}

/** A body that is no sound, no picture and no stream, as far as it says so, and short enough to be held. */
function isReadable({ headers }: Response): boolean {
  const type = headers.get("content-type") ?? "";
  const length = headers.get("content-length");
  const isText = type === "" || /json/.test(type) || isPlain(type);
  const isShort = length !== null && Number(length) <= maxAnswerChars;
  return isText ? length === null || isShort : /octet-stream/.test(type) && isShort;
}

/** Words as they stand: a transcript, subtitles, a page. */
const isPlain = (type: string): boolean => /^text\/(?!event-stream)/i.test(type);

/** The body to give in place of it, if another one; tokens, when it tells them. Throws a halt. */
async function checkBody(
  context: CheckContext,
  wire: Wire | undefined,
  { bytes, type }: { readonly bytes: ArrayBuffer; readonly type: string },
  approved: string | undefined,
): Promise<{ readonly text?: string; readonly usage?: Usage | undefined }> {
  if (bytes.byteLength > maxAnswerChars) throw new RangeError("the answer is too long to be held until it is checked");
  if (bytes.byteLength === 0) return {};
  const values = wire ? [readJson(bytes)] : readUnknown(bytes, type);
  if (!values) {
    context.hp.reportUngoverned("no_handler", "fetch-guard.answer");
    return {};
  }
  const [body] = values;
  const isText = isPlain(type) && typeof body === "string";
  if (wire && !isObject(body)) throw new TypeError("an answer that is no object cannot be checked");
  const answer = wire ? readWhole(body, wire) : readWhole(values);
  if (!(await checkAnswer(context, answer, approved))) return { usage: answer.usage };
  dropProbabilities(values);
  const written = isText ? values : values.map((value) => JSON.stringify(value));
  return { text: written.join("\n"), usage: answer.usage };
}

const readJson = (bytes: ArrayBuffer): unknown => JSON.parse(new TextDecoder().decode(bytes));

/** The JSON of an answer, or that of its lines, or a text as it stands; undefined for anything else. */
function readUnknown(bytes: ArrayBuffer, type: string): readonly unknown[] | undefined {
  let text: string | undefined;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (isPlain(type) && !/^\s*[[{]/.test(text)) return [text];
    try {
      return [JSON.parse(text) as unknown];
    } catch {
      return text
        .split("\n")
        .filter((line) => line.trim() !== "")
        .map((line) => JSON.parse(line) as unknown);
    }
  } catch {
    // Words may begin as JSON does: "[Music] Hello".
    return isPlain(type) && text !== undefined ? [text] : undefined;
  }
}

function record({ trace }: HoldpointFetchOptions, usage: Usage | undefined, modelName: string | undefined): void {
  if (!usage) return;
  const totalTokens = usage.promptTokens + usage.completionTokens;
  trace?.recordUsage({ ...usage, totalTokens, ...(modelName === undefined ? {} : { modelName }) });
}

/** The same answer with another body; what described the old one is left out. */
function remake(response: Response, body: string | ArrayBuffer | ReadableStream<Uint8Array>): Response {
  const headers = new Headers(response.headers);
  for (const name of ["content-length", "content-encoding", "etag", "digest"]) headers.delete(name);
  const made = new Response(body, { status: response.status, statusText: response.statusText, headers });
  Object.defineProperty(made, "url", { value: response.url });
  return made;
}
