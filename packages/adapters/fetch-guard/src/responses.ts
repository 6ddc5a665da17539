import { responsesFlow } from "./event-flow";
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

const isResult = ({ type }: Json): boolean => String(type).endsWith("_output") || type === "mcp_approval_response";
const isMessage = ({ role }: Json): boolean => typeof role === "string";

/** OpenAI's `POST /responses`. */
export const responses: Wire = {
  flow: responsesFlow,
  readRequest(body) {
    const { input, prompt } = body;
    const items = objectsIn([input].flat());
    const names = new Map(items.map(({ call_id: id, name, type }) => [id, name ?? String(type).replace(/_call$/, "")]));
    const said: Said[] = items
      .filter(isMessage)
      .map((item) => ({ role: String(item["role"]), slot: slotOfContent(item) }));
    if (typeof input === "string") said.push({ role: "user", slot: slotOf([{ holder: body, key: "input" }]) });
    // What a user says may be a variable of a stored prompt.
    const variables = isObject(prompt) && isObject(prompt["variables"]) ? prompt["variables"] : {};
    for (const [key, value] of Object.entries(variables)) {
      const slot = isObject(value) ? slotOfContent({ content: [value] }) : slotOf([{ holder: variables, key }]);
      said.push({ role: "user", slot });
    }
    const last = items.findLastIndex(({ role }) => role === "user");
    return {
      model: typeof body["model"] === "string" ? body["model"] : undefined,
      said,
      results: items
        .filter((item) => isResult(item))
        .map((item) => ({
          callId: String(item["call_id"] ?? ""),
          name: String(names.get(item["call_id"]) ?? ""),
          slot: slotOfContent(item, "output"),
        })),
      continuedCalls: items.slice(last + 1).flatMap(({ call_id: id }) => (typeof id === "string" ? [id] : [])),
    };
  },

  readAnswer(body) {
    const items = objectsIn(body["output"]);
    return { ...readItems(items), usage: readUsage(body["usage"]), hostedCalls: countHosted(items) };
  },

  readEvents(events) {
    const response = events.map((event) => event["response"]).findLast(isObject);
    const finished = events.filter(({ type }) => type === "response.output_item.done");
    const ended = [
      ...objectsIn(response?.["output"]),
      ...finished.flatMap(({ item }) => (isObject(item) ? [item] : [])),
    ];
    const begun = events.flatMap(({ type, item }) =>
      type === "response.output_item.added" && isObject(item) && isToolCall(item) ? [item] : [],
    );
    const isSaidAgain = (item: Json): boolean => ended.some((one) => isBeginningOf(item, one));
    const items = [...ended, ...begun.filter((item) => !isSaidAgain(item))];
    const whole = readItems(items);
    const everywhere = createReplacer(events);
    const texts = new Map(whole.texts.map(({ text }) => [text, everywhere(text)]));
    const argumentsSeen = new Set<string>();
    const calls = new Map<string, Call>();
    for (const call of whole.calls) {
      const key = JSON.stringify([call.callId, call.name, call.args]);
      if (!calls.has(key))
        calls.set(key, { ...call, replace: (args) => replaceCall(whole.calls, key, args, everywhere) });
    }
    for (const item of items) {
      for (const key of ["arguments", "input"])
        if (typeof item[key] === "string") argumentsSeen.add(item[key] as string);
    }
    for (const { kind, slot } of groupDeltas(events)) {
      const isArgument = /arguments|input/.test(kind);
      // What was streamed must be what is said at the end; else the one would be checked and the other used.
      if (isArgument && !argumentsSeen.has(slot.text)) throw new TypeError("the stream ends without the call it began");
      if (!isArgument && !texts.has(slot.text)) texts.set(slot.text, everywhere(slot.text));
    }
    const usage = readUsage(response?.["usage"]);
    const calledIn = [...whole.calledIn, ...begun];
    // Names and arguments of calls stand in events of their own, too.
    const repeated = new Set([...texts.keys(), ...argumentsSeen, ...whole.calls.map(({ name }) => name)]);
    return {
      texts: [...texts.values()],
      calls: [...calls.values()],
      calledIn,
      repeated,
      usage,
      hostedCalls: countHosted(items),
    };
  },
};

const isToolCall = ({ type }: Json): boolean => type === "function_call" || type === "custom_tool_call";

/** The same call, of which no more is said than later. */
const isBeginningOf = (item: Json, ended: Json): boolean =>
  ["type", "call_id", "name"].every((key) => item[key] === ended[key]) &&
  ["arguments", "input"].every((key) => !item[key] || item[key] === ended[key]);

/** An item may stand in a stream twice. */
const countHosted = (items: readonly Json[]): number =>
  new Set(
    items
      .filter(({ type }) => /^(web_search|file_search|code_interpreter|mcp|image_generation)_call$/.test(String(type)))
      .map((item) => item["id"] ?? item),
  ).size;

/** Pieces of one text of a stream, by what they belong to. */
function groupDeltas(events: readonly Json[]): readonly { readonly kind: string; readonly slot: Slot }[] {
  const groups = new Map<string, { kind: string; pieces: Json[] }>();
  for (const event of events) {
    const kind = String(event["type"]);
    if (!kind.endsWith(".delta") || typeof event["delta"] !== "string" || kind === "response.audio.delta") continue;
    const { item_id: item, output_index: output, content_index: content, summary_index: summary } = event;
    const key = JSON.stringify([kind, item, output, content, summary]);
    const group = groups.get(key) ?? { kind, pieces: [] };
    group.pieces.push(event);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ kind, pieces }) => ({
    kind,
    slot: slotOf(pieces.map((holder) => ({ holder, key: "delta" }))),
  }));
}

/** The same text stands in a stream several times, whole and in pieces: it is replaced everywhere. */
function createReplacer(events: readonly Json[]): (text: string) => Slot {
  return (original) => ({
    places: [],
    text: original,
    replace(text) {
      for (const { slot } of groupDeltas(events)) if (slot.text === original) slot.replace(text);
      const walk = (value: unknown): void => {
        if (Array.isArray(value)) value.forEach(walk);
        if (!isObject(value)) return;
        for (const [key, member] of Object.entries(value)) {
          if (member === original && key !== "delta") value[key] = text;
          else walk(member);
        }
      };
      walk(events);
    },
  });
}

function replaceCall(calls: readonly Call[], key: string, args: unknown, everywhere: (text: string) => Slot): void {
  for (const call of calls) {
    if (JSON.stringify([call.callId, call.name, call.args]) !== key) continue;
    const written = (call as WrittenCall).written;
    if (written !== undefined) everywhere(written).replace(JSON.stringify(args));
    call.replace(args);
  }
}

interface WrittenCall extends Call {
  /** The arguments as the model wrote them. */
  readonly written?: string;
}

/** Of items of tools that run at the provider: what they were told and what they have found. */
const providerTexts: ReadonlySet<string> = new Set([
  "text",
  "output",
  "logs",
  "code",
  "arguments",
  "transcript",
  "error",
]);

function readItems(items: readonly Json[]): Omit<ReadAnswer, "usage"> & { readonly calls: readonly WrittenCall[] } {
  const texts: Slot[] = [];
  const calls: WrittenCall[] = [];
  const calledIn: Json[] = [];
  for (const item of items) {
    const { type, call_id: id, name } = item;
    const before = calls.length;
    if (type === "function_call" && isObject(item["arguments"])) calls.push(callOfObject(id, name, item, "arguments"));
    else if (type === "function_call" || type === "mcp_approval_request") {
      const slot = slotOf([{ holder: item, key: "arguments" }]);
      // Whoever approves a call of a tool at the provider lets it run.
      calls.push({ ...callOfSlot(id ?? item["id"], name, slot), written: slot.text });
    } else if (type === "custom_tool_call") {
      const slot = slotOf([{ holder: item, key: "input" }]);
      calls.push({ ...callOfText(id, name, slot), written: slot.text });
    } else if (/^(local_shell|shell|computer|apply_patch)_call$/.test(String(type))) {
      const { action, actions, operation } = item;
      const args = JSON.parse(JSON.stringify({ action, actions, operation })) as Json;
      calls.push({
        callId: String(id ?? ""),
        name: String(type).replace(/_call$/, ""),
        args,
        isPending: true,
        replace: refuse,
      });
    } else if (isMessage(item) || type === "reasoning") {
      for (const part of [item["content"], item["summary"]].flat()) {
        if (isObject(part)) texts.push(slotOfContent({ content: [part] }));
      }
    } else collectTexts(item, texts);
    if (calls.length > before) calledIn.push(item);
  }
  return { texts, calls, calledIn };
}

function refuse(): never {
  throw new TypeError("the arguments of this tool cannot be replaced");
}

function collectTexts(value: unknown, texts: Slot[]): void {
  if (Array.isArray(value)) for (const member of value) collectTexts(member, texts);
  if (!isObject(value)) return;
  for (const [key, member] of Object.entries(value)) {
    if (typeof member !== "string") collectTexts(member, texts);
    else if (providerTexts.has(key)) texts.push(slotOf([{ holder: value, key }]));
  }
}
