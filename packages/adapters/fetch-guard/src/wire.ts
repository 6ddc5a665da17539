import type { EventFlow } from "./event-flow";

export type Json = Record<string, unknown>;

export const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const objectsIn = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** A text at one place of a body, or cut in pieces over several. */
export interface Slot {
  readonly text: string;
  /** Puts another text in its place; later pieces become empty. */
  replace(text: string): void;
}

export interface Said {
  readonly role: string;
  readonly slot: Slot;
}

export interface Result {
  readonly callId: string;
  /** The tool's name; empty when the request does not say. */
  readonly name: string;
  readonly slot: Slot;
}

/** What of a request is to be checked. The program's own instructions are left out, but for `said` of the role system. */
export interface ReadRequest {
  readonly model: string | undefined;
  /** In order; several texts of one message stand as one. */
  readonly said: readonly Said[];
  readonly results: readonly Result[];
  /** Ids of tool calls after the user's last message: this request goes on with their run. */
  readonly continuedCalls: readonly string[];
}

export interface Call {
  readonly callId: string;
  readonly name: string;
  readonly args: unknown;
  /** False for a tool that has run at the provider. */
  readonly isPending: boolean;
  replace(args: unknown): void;
}

export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** What of an answer is to be checked. */
export interface ReadAnswer {
  readonly texts: readonly Slot[];
  readonly calls: readonly Call[];
  readonly usage: Usage | undefined;
  /** Tools that have run at the provider, before anyone here heard of them; those among `calls` are counted there. */
  readonly hostedCalls?: number;
}

/** One API: how its bodies are read. Replacing changes the body that was given. Throws on what it cannot read. */
export interface Wire {
  readonly flow: EventFlow;
  readRequest(body: Json): ReadRequest;
  readAnswer(body: Json): ReadAnswer;
  /** The data of a stream's events, in order. */
  readEvents(events: readonly Json[]): ReadAnswer;
}

interface Place {
  readonly holder: Json;
  readonly key: string;
}

/** One text out of strings that stand at these places, with a separator between them. */
export function slotOf(places: readonly Place[], separator = ""): Slot {
  const own = places.filter(({ holder, key }) => typeof holder[key] === "string");
  return {
    text: own
      .map(({ holder, key }) => holder[key])
      .filter((text) => text !== "")
      .join(separator),
    replace(text) {
      // Where it began: an empty piece before it may be one that nobody reads.
      const begin = Math.max(
        own.findIndex(({ holder, key }) => holder[key] !== ""),
        0,
      );
      for (const [index, { holder, key }] of own.entries()) holder[key] = index === begin ? text : "";
    },
  };
}

/** Content that is a text, or a list of parts of which some carry text. */
export function slotOfContent(holder: Json, key = "content"): Slot {
  const content = holder[key];
  if (typeof content === "string") return slotOf([{ holder, key }]);
  return slotOf(objectsIn(content).flatMap(textPlaces), "\n");
}

/** Members of parts that carry what somebody said. */
const textMembers: readonly string[] = ["text", "refusal", "transcript", "thinking", "title", "context"];

function textPlaces(part: Json): Place[] {
  const own = textMembers.map((key) => ({ holder: part, key }));
  const inner = ["content", "source", "input_audio", "file"].flatMap((key) => {
    const member = part[key];
    if (key === "content" && typeof member === "string") return [{ holder: part, key }];
    if (isObject(member) && member["type"] === "text") return [{ holder: member, key: "data" }, ...textPlaces(member)];
    return [member].flat().filter(isObject).flatMap(textPlaces);
  });
  return [...own, ...inner].filter(({ holder, key }) => typeof holder[key] === "string");
}

/** Arguments in JSON, as the model wrote them: an object, or whatever else, as a text. */
export function readArguments(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // not JSON: a text
  }
  return text === "" ? {} : { input: text };
}

/** A call whose arguments are JSON at these places. */
export function callOfSlot(callId: unknown, name: unknown, slot: Slot, isPending = true): Call {
  return {
    callId: String(callId ?? ""),
    name: String(name ?? ""),
    args: readArguments(slot.text),
    isPending,
    replace: (args) => slot.replace(JSON.stringify(args)),
  };
}

/** A call whose argument is a bare text. */
export function callOfText(callId: unknown, name: unknown, slot: Slot): Call {
  return {
    callId: String(callId ?? ""),
    name: String(name ?? ""),
    args: { input: slot.text },
    isPending: true,
    replace: (args) => slot.replace(String((args as Json)["input"])),
  };
}

export function readUsage(usage: unknown): Usage | undefined {
  if (!isObject(usage)) return undefined;
  const count = (...names: readonly string[]): number => {
    const found = names.map((name) => usage[name]).find((value) => typeof value === "number");
    return typeof found === "number" ? found : 0;
  };
  const promptTokens = count("prompt_tokens", "input_tokens");
  return { promptTokens, completionTokens: count("completion_tokens", "output_tokens") };
}

/** Every string inside a value, but for those that no one reads as text. */
export function allTexts(value: unknown): Slot {
  const places: Place[] = [];
  const walk = (at: unknown): void => {
    if (Array.isArray(at)) {
      for (const [index, member] of at.entries()) {
        if (typeof member === "string") places.push({ holder: at as unknown as Json, key: String(index) });
        else walk(member);
      }
    } else if (isObject(at)) {
      for (const [key, member] of Object.entries(at)) {
        if (typeof member !== "string") walk(member);
        else if (key !== "model" && key !== "encoding_format") places.push({ holder: at, key });
      }
    }
  };
  walk(value);
  return slotOf(places, "\n");
}
