import type { EventFlow } from "./event-flow";
import { isQuiet } from "./quiet-members";

export type Json = Record<string, unknown>;

export const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const objectsIn = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** A text at one place of a body, or cut in pieces over several. */
export interface Slot {
  readonly text: string;
  /** Where it stands, as far as that is known. */
  readonly places: readonly Place[];
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
  /** What calls were read of: nothing else in these is looked at. */
  readonly calledIn: readonly object[];
  /** What stands again in other places of the same answer, and is replaced there, too. */
  readonly repeated?: ReadonlySet<string>;
}

/** One API: how its bodies are read. Replacing changes the body that was given. Throws on what it cannot read. */
export interface Wire {
  readonly flow: EventFlow;
  readRequest(body: Json): ReadRequest;
  readAnswer(body: Json): ReadAnswer;
  /** The data of a stream's events, in order. */
  readEvents(events: readonly Json[]): ReadAnswer;
}

export interface Place {
  readonly holder: Json;
  readonly key: string;
}

/** One text out of strings that stand at these places, with a separator between them. */
export function slotOf(places: readonly Place[], separator = ""): Slot {
  const own = places.filter(({ holder, key }) => typeof holder[key] === "string");
  return {
    places: own,
    text: own
      .map(({ holder, key }) => holder[key])
      .filter((text) => text !== "")
      .join(separator),
    replace(text) {
      if (separator === "\n" && replaceByLines(own, text)) return;
      // Where it began: an empty piece before it may be one that nobody reads.
      const begin = Math.max(
        own.findIndex(({ holder, key }) => holder[key] !== ""),
        0,
      );
      for (const [index, { holder, key }] of own.entries()) holder[key] = index === begin ? text : "";
    },
  };
}

/** Puts each line where it stood. False when there are more lines than before, or fewer. */
function replaceByLines(places: readonly Place[], text: string): boolean {
  const spoken = places.filter(({ holder, key }) => holder[key] !== "");
  const counts = spoken.map(({ holder, key }) => (holder[key] as string).split("\n").length);
  const lines = text.split("\n");
  if (lines.length !== counts.reduce((sum, count) => sum + count, 0)) return false;
  for (const [index, { holder, key }] of spoken.entries()) holder[key] = lines.splice(0, counts[index]).join("\n");
  return true;
}

/** Content that is a text, or parts that carry text, alone or in a list. */
export function slotOfContent(holder: Json, key = "content"): Slot {
  return slotOf(contentPlaces(holder, key), "\n");
}

/** A call is judged when it is made; what is said of it later is no text. */
const isCall = ({ type }: Json): boolean => /(tool_use|_call)$/.test(String(type));

function contentPlaces(holder: Json, key: string): Place[] {
  const member = holder[key];
  if (typeof member === "string") return [{ holder, key }];
  if (Array.isArray(member))
    return member.flatMap((_, index) => contentPlaces(member as unknown as Json, String(index)));
  if (!isObject(member) || isCall(member)) return [];
  return Object.keys(member)
    .filter((name) => !isQuiet(name, member))
    .flatMap((name) => contentPlaces(member, name));
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

/** A call whose arguments are an object, or whatever else, as it stands. */
export function callOfObject(callId: unknown, name: unknown, holder: Json, key: string, isPending = true): Call {
  const given = holder[key];
  return {
    callId: String(callId ?? ""),
    name: String(name ?? ""),
    args: isObject(given) ? given : { [key]: given },
    isPending,
    replace: (args) => void (holder[key] = args),
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
