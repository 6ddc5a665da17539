import { type EnforceInput, textsIn, withoutMedia } from "@holdpoint/sdk";
import type { AgentInputItem, AgentOutputItem } from "@openai/agents-core";

type HistoryMessage = NonNullable<EnforceInput["conversationHistory"]>[number];

/** A call of a tool in a model's answer. */
export interface ReadCall {
  readonly callId: string;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** What a tool returned, as it stands in the next request. */
export interface ReadResult {
  readonly callId: string;
  readonly name: string;
  readonly text: string;
}

export interface ReadInput {
  /** The last thing the user said; undefined when the request has no user message. */
  readonly input: string | undefined;
  readonly history: readonly HistoryMessage[];
  /** Of the history, what comes after the input. */
  readonly afterInput: readonly HistoryMessage[];
  /** The texts of all messages up to the input, with who said them. */
  readonly approvable: readonly string[];
  readonly results: readonly ReadResult[];
  /** Tool calls after the last user message: this request goes on with their run. */
  readonly continuedCalls: readonly string[];
  /** Everything that is about to be sent, for an estimate of its cost. */
  readonly wholeText: string;
}

type Item = Readonly<Record<string, unknown>>;

const textMembers = ["text", "refusal", "transcript", "output", "stdout", "stderr"] as const;

/** All text of a value: of content parts their texts, of anything else its JSON. */
export function textOfValue(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.map(textOfValue).filter(Boolean).join("\n");
  if (typeof value !== "object") return String(value);
  const texts = textMembers.flatMap((member) => {
    const text = (value as Item)[member];
    return typeof text === "string" ? [text] : [];
  });
  if (texts.length > 0) return texts.join("\n");
  try {
    return JSON.stringify(withoutMedia(value)) ?? "";
  } catch {
    return String(value);
  }
}

/** The texts of content, line by line. */
export const textOfContent = (content: unknown): string =>
  typeof content === "string"
    ? content
    : (Array.isArray(content) ? content : [])
        .filter((part) => textMembers.some((member) => typeof (part as Item)?.[member] === "string"))
        .map(textOfValue)
        .join("\n");

/** The same of what is about to reach a model: besides, files of text and parts of any other kind. */
const textOfPrompt = (content: unknown): string =>
  typeof content === "string"
    ? content
    : (Array.isArray(content) ? content : [])
        .map((part) => textOfContent([part]) || textsIn(part).join("\n"))
        .filter(Boolean)
        .join("\n");

/** What no name is; many languages write without spaces. */
const sentencesIn = (value: unknown): string =>
  textsIn(withoutMedia(value))
    .filter((text) => /[^!-~]/.test(text))
    .join("\n");

/** All that a message tells a model: what stands beside its content for a provider, and beside the texts of its parts. */
function textOfMessage({ content, role: _, ...beside }: Item): string {
  const parts = (Array.isArray(content) ? content : []).filter((part) => textOfContent([part]) !== "");
  const besideTexts = parts.map((part) =>
    Object.fromEntries(Object.entries(part as Item).filter(([name]) => !textMembers.some((member) => member === name))),
  );
  return [textOfPrompt(content), sentencesIn([beside, ...besideTexts])].filter(Boolean).join("\n");
}

/** What stands for a provider beside a call or a result, which are judged as such. */
const textBesideStep = ({ type, providerData }: Item): string =>
  type === "function_call" || String(type) in resultNames ? sentencesIn(providerData) : "";

const isMessage = (item: Item): boolean => typeof item["role"] === "string";

/** Results of tools that run in this process: functions, and those that no guardrail reaches. */
const resultNames: Readonly<Record<string, string>> = {
  function_call_result: "",
  shell_call_output: "shell",
  computer_call_result: "computer",
  apply_patch_call_output: "apply_patch",
};

/** What of a request is to be checked. Instructions are the program's own text and are left out. */
export function readInput(request: string | readonly AgentInputItem[]): ReadInput {
  if (typeof request === "string") {
    const approvable = [`user: ${request}`];
    return {
      input: request,
      history: [],
      afterInput: [],
      approvable,
      results: [],
      continuedCalls: [],
      wholeText: request,
    };
  }
  const items = request as unknown as readonly Item[];
  const last = items.findLastIndex((item) => item["role"] === "user");
  const user = items[last];
  const said = items.map((item, index) =>
    isMessage(item)
      ? { index, role: String(item["role"]), content: textOfMessage(item) }
      : { index, role: "assistant", content: isJudgedApart(item) ? textBesideStep(item) : textOfOther(item) },
  );
  const spoken = said.filter(({ index, role, content }) => index !== last && role !== "system" && content !== "");
  const asMessages = (list: typeof spoken) => list.map(({ role, content }) => ({ role, content }));
  const results = items.filter(({ type }) => String(type) in resultNames).map(readResult);
  return {
    input: user && textOfMessage(user),
    history: asMessages(spoken),
    afterInput: asMessages(spoken.filter(({ index }) => index > last)),
    approvable: said
      .filter(({ index, content }) => index <= last && (content !== "" || isMessage(items[index] as Item)))
      .map(({ role, content }) => `${role}: ${content}`),
    results,
    continuedCalls: items.slice(last + 1).flatMap(({ callId }) => (typeof callId === "string" ? [callId] : [])),
    wholeText: items.map((item) => (isMessage(item) ? textOfMessage(item) : textOfValue(item))).join("\n"),
  };
}

/** Results of tools are judged as such, calls when they are made; what is done at the provider by `readHosted`. */
const isJudgedApart = ({ type }: Item): boolean => String(type) in resultNames || /_call$/.test(String(type));

/** What stands in a request and is no message of anybody: thoughts, results of kinds of their own, items that nobody knows. */
const textOfOther = (item: Item): string =>
  textsIn(withoutMedia(item))
    .filter((text) => !/^[a-z_]{0,24}$/.test(text))
    .join("\n");

function readResult(item: Item): ReadResult {
  const name = resultNames[String(item["type"])] || String(item["name"] ?? "tool");
  return { callId: String(item["callId"] ?? ""), name, text: textOfValue(item["output"]) };
}

/** The texts of a model's answer, without empty ones. */
export function readOutputs(output: readonly AgentOutputItem[]): readonly string[] {
  return (output as unknown as readonly Item[])
    .filter(isMessage)
    .map((item) => textOfContent(item["content"]))
    .filter((text) => text !== "");
}

/** The texts of what a model has thought, part by part, without empty ones. */
export function readThoughts(output: readonly AgentOutputItem[]): readonly string[] {
  return (output as unknown as readonly Item[])
    .filter(({ type }) => type === "reasoning")
    .flatMap(({ content, rawContent }) => [content, rawContent].flatMap((parts) => (Array.isArray(parts) ? parts : [])))
    .map(textOfValue)
    .filter((text) => text !== "");
}

/** Calls of tools that run in this process and that no guardrail reaches: shell, computer, patches. */
export function readUnguardedCalls(output: readonly AgentOutputItem[]): readonly ReadCall[] {
  const names: Readonly<Record<string, string>> = {
    shell_call: "shell",
    computer_call: "computer",
    apply_patch_call: "apply_patch",
  };
  return (output as unknown as readonly Item[]).flatMap((item) => {
    const name = names[String(item["type"])];
    if (name === undefined) return [];
    const { action, actions, operation } = item;
    return [{ callId: String(item["callId"] ?? ""), name, args: plainMembers({ action, actions, operation }) }];
  });
}

/** How many tools have run at the provider, before anyone here heard of them. */
export const countHostedCalls = (output: readonly AgentOutputItem[]): number =>
  output.filter(({ type }) => type === "hosted_tool_call").length;

export const readCallIds = (output: readonly AgentOutputItem[]): readonly string[] =>
  (output as unknown as readonly Item[]).flatMap(({ callId }) => (typeof callId === "string" ? [callId] : []));

/** The arguments of a function call: a JSON object, or a bare text. */
export function readArguments(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // not JSON: a text
  }
  return text === "" ? {} : { input: text };
}

const plainMembers = (members: Item): Readonly<Record<string, unknown>> =>
  JSON.parse(JSON.stringify(members)) as Record<string, unknown>;
