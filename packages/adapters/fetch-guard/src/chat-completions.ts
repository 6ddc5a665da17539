import { chatFlow } from "./event-flow";
import {
  type Call,
  callOfObject,
  callOfSlot,
  callOfText,
  isObject,
  type Json,
  objectsIn,
  type ReadAnswer,
  readUsage,
  type Said,
  type Slot,
  slotOf,
  slotOfContent,
  type Wire,
} from "./wire";

/** Of a message or a delta: what is no text that somebody reads. */
const noTexts: ReadonlySet<string> = new Set([
  "role",
  "name",
  "id",
  "reasoning_signature",
  "finish_reason",
  "stop_reason",
]);

/** `POST /chat/completions`, and `POST /completions` with its `prompt`. */
export const chatCompletions: Wire = {
  flow: chatFlow,
  readRequest(body) {
    const messages = objectsIn([body["messages"]].flat());
    const names = new Map(messages.flatMap(callsOf).map(({ id, function: called }) => [id, (called as Json)["name"]]));
    const isResult = ({ role }: Json): boolean => role === "tool" || role === "function";
    const said: Said[] = messages.filter((message) => !isResult(message)).flatMap(readMessage);
    const { prompt, suffix } = body;
    if (prompt !== undefined) said.push({ role: "user", slot: slotOfPrompt(body, "prompt") });
    if (suffix !== undefined) said.push({ role: "user", slot: slotOfPrompt(body, "suffix") });
    const last = messages.findLastIndex(({ role }) => role === "user");
    return {
      model: typeof body["model"] === "string" ? body["model"] : undefined,
      said,
      results: messages.filter(isResult).map((message) => ({
        callId: String(message["tool_call_id"] ?? ""),
        name: String(names.get(message["tool_call_id"]) ?? message["name"] ?? ""),
        slot: slotOfContent(message),
      })),
      continuedCalls: messages
        .slice(last + 1)
        .flatMap(callsOf)
        .map(({ id }) => String(id)),
    };
  },

  readAnswer(body) {
    const answers = objectsIn(body["choices"]).map((choice) => {
      return readParts([isObject(choice["message"]) ? choice["message"] : choice]);
    });
    return join(answers, body["usage"]);
  },

  readEvents(events) {
    const deltas = new Map<unknown, Json[]>();
    for (const choice of events.flatMap(({ choices }) => objectsIn(choices))) {
      const delta = isObject(choice["delta"]) ? choice["delta"] : choice;
      deltas.set(choice["index"], [...(deltas.get(choice["index"]) ?? []), delta]);
    }
    const usage = events.findLast((event) => isObject(event["usage"]))?.["usage"];
    return join([...deltas.values()].map(readParts), usage);
  },
};

/** What a message says; a refusal of the model is a text beside its content. */
const readMessage = (message: Json): readonly Said[] =>
  ["content", "refusal"]
    .filter((key) => key === "content" || typeof message[key] === "string")
    .map((key) => ({ role: String(message["role"]), slot: slotOfContent(message, key) }));

const callsOf = (message: Json): readonly (Json & { readonly function?: unknown })[] =>
  objectsIn(message["tool_calls"]).map((call) => ({ ...call, function: call["function"] ?? call["custom"] ?? {} }));

/** A prompt is a text or a list of them; one that is written in tokens cannot be read. */
function slotOfPrompt(body: Json, key: string): Slot {
  const prompt = body[key];
  if (!Array.isArray(prompt)) return slotOf([{ holder: body, key }]);
  if (prompt.some((part) => typeof part !== "string")) throw new TypeError("a prompt in tokens cannot be checked");
  const holder = prompt as unknown as Json;
  return slotOf(
    prompt.map((_, index) => ({ holder, key: String(index) })),
    "\n",
  );
}

/** A message in as many pieces as it came in. */
function readParts(parts: readonly Json[]): Omit<ReadAnswer, "usage"> {
  const keys = new Set(parts.flatMap((part) => Object.keys(part)).filter((key) => !noTexts.has(key)));
  const texts: Slot[] = [];
  for (const key of keys) {
    if (parts.some((part) => typeof part[key] === "string")) {
      texts.push(slotOf(parts.map((holder) => ({ holder, key }))));
    }
    // Content in parts, and what was said aloud.
    if (key === "content" || key === "audio") {
      for (const part of parts.filter((one) => typeof one[key] === "object")) texts.push(slotOfContent(part, key));
    }
  }
  const pieces = new Map<unknown, Json[]>();
  for (const part of parts) {
    for (const [at, call] of objectsIn([part["tool_calls"]].flat()).entries()) {
      const index = call["index"] ?? at;
      pieces.set(index, [...(pieces.get(index) ?? []), call]);
    }
  }
  const calls = [...pieces.values()].map(readCall);
  const old = parts.map((part) => part["function_call"]).filter(isObject);
  if (old.length > 0) calls.push(readCall(old.map((called) => ({ function: called }))));
  return { texts, calls, calledIn: [...[...pieces.values()].flat(), ...old] };
}

function readCall(pieces: readonly Json[]): Call {
  const member = pieces.some(({ custom }) => isObject(custom)) ? "custom" : "function";
  const called = pieces.map((piece) => piece[member]).filter(isObject);
  const id = pieces.find((piece) => typeof piece["id"] === "string")?.["id"];
  const name = called.map((piece) => piece["name"] ?? "").join("");
  const [whole] = called;
  if (whole && isObject(whole["arguments"])) return callOfObject(id, name, whole, "arguments");
  if (member === "custom") return callOfText(id, name, slotOf(called.map((holder) => ({ holder, key: "input" }))));
  return callOfSlot(id, name, slotOf(called.map((holder) => ({ holder, key: "arguments" }))));
}

const join = (answers: readonly Omit<ReadAnswer, "usage">[], usage: unknown): ReadAnswer => ({
  texts: answers.flatMap(({ texts }) => texts),
  calls: answers.flatMap(({ calls }) => calls),
  calledIn: answers.flatMap(({ calledIn }) => calledIn),
  usage: readUsage(usage),
});
