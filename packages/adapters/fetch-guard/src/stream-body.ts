import { identityOf, openStream, type WrittenStream } from "@holdpoint/sdk";
import { checkAnswer, dropProbabilities } from "./check-answer";
import type { CheckContext } from "./check-request";
import type { EventFlow, Piece } from "./event-flow";
import { asHalt } from "./memory";
import { callOf } from "./options";
import { findUnread, withRestOfEvents } from "./rest-of-answer";
import { createEventParser, type EventBlock, writeBlock } from "./server-sent-events";
import type { Json, Slot, Usage, Wire } from "./wire";

interface Channel {
  readonly stream: WrittenStream;
  said: string;
  shown: string;
  /** The last event of it, to be said again with the rest. */
  last: EventBlock;
  place: (data: Json) => Piece | undefined;
  ended: boolean;
}

export interface StreamedAnswer {
  readonly wire: Wire;
  /** What a human has approved of the request. */
  readonly approved: string | undefined;
  /** Longest answer that is kept until it has ended. */
  readonly maxChars: number;
  finished(usage: Usage | undefined): void;
}

/**
 * The events of an answer as they may go on, written out: texts a hold-back behind the model (SPECIFICATION F-12), from the
 * first event that holds something else on all when the whole was checked. Throws a halt, or whatever the source throws.
 */
export async function* streamBody(
  source: AsyncIterable<Uint8Array>,
  context: CheckContext,
  answer: StreamedAnswer,
): AsyncGenerator<string> {
  const { wire } = answer;
  const { flow } = wire;
  const channels = new Map<string, Channel>();
  const parser = createEventParser();
  const decoder = new TextDecoder();
  /** Everything but pieces of texts: read as a whole at the end. */
  const others: Json[] = [];
  const held: EventBlock[] = [];
  let isHeld = false;
  let chars = 0;
  let waiting = "";
  let failure: { readonly error: unknown } | undefined;

  const endChannel = async (channel: Channel): Promise<readonly EventBlock[]> => {
    channel.ended = true;
    const rest = await channel.stream.end();
    channel.shown += rest;
    if (rest === "") return [];
    const data = structuredClone(channel.last.data as Json);
    const place = channel.place(data);
    if (place) place.holder[place.key] = rest;
    return [{ ...channel.last, data }];
  };

  const takePiece = async (block: EventBlock, event: Json, piece: Piece): Promise<readonly EventBlock[]> => {
    const text = String(piece.holder[piece.key]);
    const open = channels.get(piece.channel);
    const channel: Channel = open?.ended === false ? open : createChannel(context, flow, block);
    channels.set(piece.channel, channel);
    channel.last = { ...block, data: structuredClone(event) };
    let shown = await channel.stream.write(text);
    channel.said += text;
    channel.shown += shown;
    if (flow.ends(event, piece.channel)) {
      channel.ended = true;
      const rest = await channel.stream.end();
      channel.shown += rest;
      shown += rest;
      piece.holder[piece.key] = shown;
      return [block];
    }
    piece.holder[piece.key] = shown;
    return shown === "" ? [] : [block];
  };

  /** True when each text that the event says again has been judged, and stands in it as it went out. */
  const isKnown = (event: Json): boolean => {
    const copies = flow.copies(event);
    if (!copies) return false;
    const ended = [...channels.values()].filter((channel) => channel.ended);
    const known = copies.map(({ holder, key }) => ended.find(({ said }) => said === holder[key]));
    if (known.some((channel) => channel === undefined)) return false;
    if (saysMore(event, copies)) return false;
    for (const [index, { holder, key }] of copies.entries()) holder[key] = known[index]?.shown;
    return true;
  };

  const take = async (block: EventBlock): Promise<readonly EventBlock[]> => {
    const event = block.data;
    if (!event) {
      // `[DONE]`: a client reads no further, so it comes after everything that is checked at the end.
      isHeld ||= block.written !== "";
      return [block];
    }
    const piece = flow.piece(event);
    if (piece && !saysMore(event, [piece])) {
      if (event["usage"] !== undefined) others.push({ usage: event["usage"] });
      return takePiece(block, event, piece);
    }
    const before: EventBlock[] = [];
    for (const [name, channel] of channels)
      if (!channel.ended && flow.ends(event, name)) before.push(...(await endChannel(channel)));
    others.push(event);
    isHeld ||= !isKnown(event);
    return [...before, block];
  };

  const takeAll = async (blocks: readonly EventBlock[]): Promise<string> => {
    let out = "";
    for (const block of blocks) {
      const passed = await take(block);
      if (isHeld) held.push(...passed);
      else out += passed.map(writeBlock).join("");
    }
    return out;
  };

  /** The rest of each text, then what was held, with the texts of decisions in place. */
  const finish = async (): Promise<string> => {
    let out = await takeAll(parser.end());
    for (const channel of channels.values())
      if (!channel.ended) {
        const rest = await endChannel(channel);
        if (isHeld) held.push(...rest);
        else out += rest.map(writeBlock).join("");
      }
    const read = withRestOfEvents(others, wire.readEvents(others));
    const unsaid: Slot[] = [];
    for (const slot of read.texts) {
      const channel = [...channels.values()].find(({ said }) => said === slot.text);
      if (!channel) unsaid.push(slot);
      else if (channel.shown !== channel.said) slot.replace(channel.shown);
    }
    const changed = await checkAnswer(context, { ...read, texts: unsaid }, answer.approved);
    if (changed || [...channels.values()].some(({ said, shown }) => said !== shown))
      for (const { data } of held) dropProbabilities(data);
    answer.finished(read.usage);
    return out + held.map(writeBlock).join("");
  };

  try {
    for await (const bytes of watch(source, (error) => void (failure = { error }))) {
      const text = decoder.decode(bytes, { stream: true });
      chars += text.length;
      if (chars > answer.maxChars) throw new RangeError("the answer is too long to be held until it is checked");
      waiting += await takeAll(parser.push(text));
      // Before the first word nothing has begun: what is stopped then is refused as a whole.
      if (waiting === "" || ![...channels.values()].some(({ shown }) => shown !== "")) continue;
      yield waiting;
      waiting = "";
    }
    waiting += await finish();
    if (waiting !== "") yield waiting;
  } catch (error) {
    throw failure?.error === error && failure ? error : asHalt(error);
  } finally {
    for (const channel of channels.values()) if (!channel.ended) await channel.stream.cancel();
  }
}

/** True for an event with another text than these. */
const saysMore = (event: Json, places: readonly Piece[]): boolean =>
  findUnread(event, { places, trees: new Set(), texts: new Set() }).length > 0;

async function* watch<T>(source: AsyncIterable<T>, onFailure: (error: unknown) => void): AsyncGenerator<T> {
  try {
    yield* source;
  } catch (error) {
    onFailure(error);
    throw error;
  }
}

function createChannel({ hp, options, signal }: CheckContext, flow: EventFlow, last: EventBlock): Channel {
  const stream = openStream(hp, identityOf(options), callOf(options, signal));
  return { stream, said: "", shown: "", last, place: (data) => flow.piece(data), ended: false };
}
