import { messagesFlow } from "./event-flow";
import {
  type Call,
  callOfObject,
  callOfSlot,
  isObject,
  type Json,
  objectsIn,
  type ReadAnswer,
  readUsage,
  type Slot,
  slotOf,
  slotOfContent,
  type Wire,
} from "./wire";

/** Of a block: what is no text that somebody reads. */
const noTexts: ReadonlySet<string> = new Set(["type", "id", "name", "signature", "tool_use_id", "data", "file_id"]);

const isResult = ({ type }: Json): boolean => String(type).endsWith("tool_result");

/** Anthropic's `POST /v1/messages`. */
export const messages: Wire = {
  flow: messagesFlow,
  readRequest(body) {
    const list = objectsIn([body["messages"]].flat());
    const blocksOf = ({ content }: Json): readonly Json[] => objectsIn([content].flat());
    const names = new Map(list.flatMap(blocksOf).map(({ id, name }) => [id, name]));
    const slots = list.map((message) =>
      typeof message["content"] === "string"
        ? slotOfContent(message)
        : slotOfContent({
            content: [message["content"]].flat().filter((block) => !isObject(block) || !isResult(block)),
          }),
    );
    const last = list.findLastIndex(({ role }, index) => role === "user" && slots[index]?.text !== "");
    return {
      model: typeof body["model"] === "string" ? body["model"] : undefined,
      said: list.map(({ role }, index) => ({ role: String(role), slot: slots[index] as Slot })),
      results: list
        .flatMap(blocksOf)
        .filter(isResult)
        .map((block) => ({
          callId: String(block["tool_use_id"] ?? ""),
          name: String(names.get(block["tool_use_id"]) ?? ""),
          slot: slotOfContent(block),
        })),
      continuedCalls: list
        .slice(last)
        .flatMap(blocksOf)
        .flatMap(({ type, id, tool_use_id: resultOf }) =>
          isUse(type) ? [String(id)] : resultOf ? [String(resultOf)] : [],
        ),
    };
  },

  readAnswer: (body) => ({
    ...readBlocks(objectsIn(body["content"]).map((block) => [block])),
    usage: readUsage(body["usage"]),
  }),

  readEvents(events) {
    const blocks = new Map<unknown, Json[]>();
    for (const { type, index, content_block: block, delta } of events) {
      const piece = type === "content_block_start" ? block : type === "content_block_delta" ? delta : undefined;
      if (isObject(piece)) blocks.set(index, [...(blocks.get(index) ?? []), piece]);
    }
    const start = events.find(({ type }) => type === "message_start")?.["message"];
    const begun = readUsage(isObject(start) ? start["usage"] : undefined);
    const ended = readUsage(events.findLast(({ type }) => type === "message_delta")?.["usage"]);
    const usage = begun && {
      promptTokens: ended?.promptTokens || begun.promptTokens,
      completionTokens: ended?.completionTokens || begun.completionTokens,
    };
    const whole = isObject(start) ? readBlocks(objectsIn(start["content"]).map((block) => [block])) : undefined;
    const streamed = readBlocks([...blocks.values()]);
    return {
      texts: [...(whole?.texts ?? []), ...streamed.texts],
      calls: [...(whole?.calls ?? []), ...streamed.calls],
      calledIn: [...(whole?.calledIn ?? []), ...streamed.calledIn],
      usage,
    };
  },
};

const isUse = (type: unknown): boolean => String(type).endsWith("tool_use");

/** Blocks, each in as many pieces as it came in. */
function readBlocks(blocks: readonly (readonly Json[])[]): Omit<ReadAnswer, "usage"> {
  const texts: Slot[] = [];
  const calls: Call[] = [];
  const calledIn: Json[] = [];
  for (const pieces of blocks) {
    const [first] = pieces;
    if (!first) continue;
    if (isUse(first["type"])) {
      calls.push(readUse(first, pieces));
      calledIn.push(...pieces);
      continue;
    }
    const keys = new Set(pieces.flatMap((piece) => Object.keys(piece)).filter((key) => !noTexts.has(key)));
    for (const key of keys) {
      if (pieces.some((piece) => typeof piece[key] === "string")) {
        texts.push(slotOf(pieces.map((holder) => ({ holder, key }))));
      }
    }
    // What a tool at the provider has found.
    for (const piece of pieces)
      if (typeof piece["content"] === "object") texts.push(slotOfContent({ content: [piece["content"]].flat() }));
  }
  return { texts, calls, calledIn };
}

function readUse(first: Json, pieces: readonly Json[]): Call {
  const { id, name, type } = first;
  const isPending = type === "tool_use";
  const slot = slotOf(pieces.map((holder) => ({ holder, key: "partial_json" })));
  if (slot.text !== "") return callOfSlot(id, name, slot, isPending);
  return callOfObject(id, name, first, "input", isPending);
}
