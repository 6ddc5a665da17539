import type { Decision, EnforceInput } from "@holdpoint/sdk";
import { isObject, type JsonObject } from "./messages";

/** What somebody says in a message, at one place or several of it. */
export interface Spoken {
  readonly role: string;
  readonly content: string;
  /** Puts another text in its place. */
  replace(text: string): void;
}

/** Members that nobody reads as text: kinds, ids, addresses, bytes. */
const quietMembers: ReadonlySet<string> = new Set([
  "_meta",
  "data",
  "id",
  "mimeType",
  "role",
  "toolUseId",
  "type",
  "uri",
]);

interface Place {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

/** Every text inside of a member, however deep: results of tools and embedded files included. */
function placesIn(holder: object, key: string): readonly Place[] {
  const own = holder as Record<string, unknown>;
  const member = own[key];
  if (typeof member === "string") return [{ holder: own, key }];
  if (typeof member !== "object" || member === null) return [];
  return Object.keys(member)
    .filter((name) => Array.isArray(member) || !quietMembers.has(name))
    .flatMap((name) => placesIn(member, name));
}

/** The texts of a member as one, and where they stand. */
export function spokenAt(holder: object, key: string, role: string): Spoken {
  const places = placesIn(holder, key).filter(({ holder: at, key: name }) => at[name] !== "");
  const textAt = ({ holder: at, key: name }: Place): string => at[name] as string;
  return {
    role,
    content: places.map(textAt).join("\n"),
    replace(text) {
      const lines = text.split("\n");
      const counts = places.map((place) => textAt(place).split("\n").length);
      const isSame = lines.length === counts.reduce((sum, count) => sum + count, 0);
      for (const [index, { holder: at, key: name }] of places.entries())
        at[name] = isSame ? lines.splice(0, counts[index]).join("\n") : index === 0 ? text : "";
    },
  };
}

/** What a server asks the client's model. The system prompt and what it says of tools are the server's text, too. */
export function readSampling(params: JsonObject): readonly Spoken[] {
  const { messages } = params;
  const said = (Array.isArray(messages) ? messages : [messages])
    .filter(isObject)
    .map((message) => spokenAt(message, "content", String(message["role"])));
  return [spokenAt(params, "systemPrompt", "user"), spokenAt(params, "tools", "user"), ...said].filter(
    ({ content }) => content !== "",
  );
}

/** As an input with what came before. */
export function requestOf(spoken: readonly Spoken[]): Pick<EnforceInput, "input" | "conversationHistory"> {
  const last = spoken.at(-1);
  const history = spoken.slice(0, -1).map(({ role, content }) => ({ role, content }));
  return {
    ...(last ? { input: last.content } : {}),
    ...(history.length > 0 ? { conversationHistory: history } : {}),
  };
}

/** Puts a decision's texts in place. True when there were any. */
export function putTexts(spoken: readonly Spoken[], { transforms }: Decision): boolean {
  for (const { path, text } of transforms) {
    if (path === "/input" || path === "/output") spoken.at(-1)?.replace(text);
    const index = /^\/conversationHistory\/(\d+)\/content$/.exec(path)?.[1];
    if (index !== undefined) spoken[Number(index)]?.replace(text);
  }
  return transforms.length > 0;
}

/** The tools that a model's answer wants the server to run. */
export function callsIn(result: JsonObject): readonly { readonly tool: string; readonly args: JsonObject }[] {
  return [result["content"]]
    .flat()
    .filter(isObject)
    .filter(({ type }) => type === "tool_use")
    .map(({ name, input }) => ({ tool: String(name), args: isObject(input) ? input : { input } }));
}
