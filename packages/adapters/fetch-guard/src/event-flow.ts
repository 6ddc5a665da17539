import { isObject, type Json, objectsIn } from "./wire";

/** A piece of a text that flows: where it stands, and which text it belongs to. */
export interface Piece {
  readonly channel: string;
  readonly holder: Json;
  readonly key: string;
}

/** How the events of an API are told apart while they come. What is none of these is held until the stream has ended. */
export interface EventFlow {
  /** An event that holds a piece of one text and nothing else that anybody reads. */
  piece(event: Json): Piece | undefined;
  /** True for each text that ends before this event, or with it when the event is a piece itself. */
  ends(event: Json, channel: string): boolean;
  /** Whole texts that the event says again; undefined where it may say something else as well. */
  copies(event: Json): readonly Piece[] | undefined;
}

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  (Array.isArray(value) && value.length === 0) ||
  (isObject(value) && Object.keys(value).length === 0);

/** All members but these are empty. */
const onlyHas = (value: Json, ...names: readonly string[]): boolean =>
  Object.entries(value).every(([name, member]) => names.includes(name) || isEmpty(member));

const texts = ["content", "reasoning_content", "reasoning", "refusal", "text"] as const;

function pieceOf(holder: Json, channel: string, names: readonly string[]): Piece | undefined {
  const found = names.filter((name) => typeof holder[name] === "string" && holder[name] !== "");
  const [key] = found;
  return found.length === 1 && key !== undefined ? { channel: `${channel}/${key}`, holder, key } : undefined;
}

/** The one choice of an event, and what it adds. */
function readChoice(event: Json): { readonly choice: Json; readonly delta: Json } | undefined {
  const [choice, second] = objectsIn(event["choices"]);
  if (!choice || second) return undefined;
  return { choice, delta: isObject(choice["delta"]) ? choice["delta"] : {} };
}

/** OpenAI's chat completions, and old completions. */
export const chatFlow: EventFlow = {
  piece(event) {
    const { choice, delta } = readChoice(event) ?? {};
    if (!choice || !delta) return undefined;
    const index = String(choice["index"] ?? 0);
    if (!isEmpty(delta)) {
      const bare = onlyHas(choice, "index", "delta", "finish_reason") && onlyHas(delta, "role", ...texts);
      return bare ? pieceOf(delta, index, texts) : undefined;
    }
    return onlyHas(choice, "index", "text", "finish_reason") ? pieceOf(choice, index, ["text"]) : undefined;
  },
  ends: (event, channel) =>
    objectsIn(event["choices"]).some(
      ({ index, finish_reason: reason }) => !isEmpty(reason) && channel.startsWith(`${index ?? 0}/`),
    ),
  copies: (event) =>
    objectsIn(event["choices"]).every(
      (choice) =>
        onlyHas(choice, "index", "delta", "finish_reason", "stop_reason") &&
        (!isObject(choice["delta"]) || onlyHas(choice["delta"], "role")),
    )
      ? []
      : undefined,
};

const quietMessages: ReadonlySet<unknown> = new Set(["content_block_stop", "message_delta", "ping", "error"]);

/** Anthropic's messages. */
export const messagesFlow: EventFlow = {
  piece({ type, index, delta }) {
    if (type !== "content_block_delta" || !isObject(delta)) return undefined;
    const key = { text_delta: "text", thinking_delta: "thinking" }[String(delta["type"])];
    return key && onlyHas(delta, "type", key) ? pieceOf(delta, String(index), [key]) : undefined;
  },
  ends: ({ type, index }, channel) =>
    type === "message_stop" || (type === "content_block_stop" && channel.startsWith(`${index}/`)),
  copies({ type, content_block: block, delta, message }) {
    if (quietMessages.has(type)) return [];
    if (type === "message_start") return isObject(message) && isEmpty(message["content"]) ? [] : undefined;
    if (type === "content_block_start")
      return isObject(block) && ["text", "thinking"].includes(String(block["type"])) && onlyHas(block, "type")
        ? []
        : undefined;
    const isQuiet =
      type === "content_block_delta" && isObject(delta) && (delta["type"] === "signature_delta" || isEmptyPiece(delta));
    return isQuiet ? [] : undefined;
  },
};

const isEmptyPiece = (delta: Json): boolean =>
  /^(text|thinking)_delta$/.test(String(delta["type"])) && onlyHas(delta, "type");

const pieces = /^response\.(output_text|refusal|reasoning_text|reasoning_summary_text)\.delta$/;
const starts: ReadonlySet<unknown> = new Set(["response.created", "response.in_progress", "response.queued"]);

/** Of which text of an item an event speaks. */
const placeOf = (event: Json): string =>
  `${event["item_id"] ?? ""}/${event["content_index"] ?? ""}/${event["summary_index"] ?? ""}/`;

/** OpenAI's responses. */
export const responsesFlow: EventFlow = {
  piece(event) {
    if (!pieces.test(String(event["type"])) || !isEmpty(event["logprobs"])) return undefined;
    return pieceOf(event, placeOf(event), ["delta"]);
  },
  ends(event, channel) {
    const { type, item } = event;
    if (type === "response.output_item.done") return isObject(item) && channel.startsWith(`${item["id"] ?? ""}/`);
    return /\.done$/.test(String(type)) && channel.startsWith(placeOf(event));
  },
  copies(event) {
    const { type, response, item, part } = event;
    if (starts.has(type)) return isObject(response) && isEmpty(response["output"]) ? [] : undefined;
    if (isObject(item)) {
      const isSaid = item["type"] === "message" || item["type"] === "reasoning";
      const known =
        isSaid && onlyHas(item, "type", "id", "role", "status", "phase", "content", "summary", "encrypted_content");
      return known ? copiesIn([...objectsIn(item["content"]), ...objectsIn(item["summary"])]) : undefined;
    }
    if (isObject(part)) return copiesIn([part]);
    if (pieces.test(String(type))) return isEmpty(event["delta"]) ? [] : undefined;
    return /\.(output_text|refusal|reasoning_text|reasoning_summary_text)\.done$/.test(String(type)) &&
      isEmpty(event["logprobs"])
      ? copiesIn([event])
      : undefined;
  },
};

const around: readonly string[] = [
  "type",
  "item_id",
  "output_index",
  "content_index",
  "summary_index",
  "sequence_number",
  "event_id",
];

function copiesIn(parts: readonly Json[]): readonly Piece[] | undefined {
  const found: Piece[] = [];
  for (const part of parts) {
    if (!onlyHas(part, ...around, "text", "refusal")) return undefined;
    for (const key of ["text", "refusal"])
      if (typeof part[key] === "string" && part[key] !== "") found.push({ channel: "", holder: part, key });
  }
  return found;
}
