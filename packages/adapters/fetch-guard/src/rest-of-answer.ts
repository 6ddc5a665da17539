import { chatCompletions } from "./chat-completions";
import { messages } from "./messages";
import { isQuiet } from "./quiet-members";
import { responses } from "./responses";
import { isObject, type Json, type Place, type ReadAnswer, type Slot, slotOf, type Wire } from "./wire";

/** A string that no wire has read. */
export interface Unread extends Place {
  /** The members that lead to it. */
  readonly path: string;
}

/** What has been read of a value. */
export interface AlreadyRead {
  readonly places: readonly Place[];
  readonly trees: ReadonlySet<object>;
  readonly texts: ReadonlySet<string>;
}

const nothing: AlreadyRead = { places: [], trees: new Set(), texts: new Set() };

/** Strings that somebody may read and nobody has judged, of a whole answer or of one event. */
export function findUnread(value: unknown, { places, trees, texts }: AlreadyRead = nothing): readonly Unread[] {
  const read = new Map<object, Set<string>>();
  for (const { holder, key } of places) read.set(holder, (read.get(holder) ?? new Set()).add(key));
  const found: Unread[] = [];
  const take = (holder: Json, key: string, path: string): void => {
    const member = holder[key];
    if (typeof member === "string") {
      if (member !== "" && !texts.has(member) && !read.get(holder)?.has(key)) found.push({ holder, key, path });
    } else walk(member, path);
  };
  const walk = (at: unknown, path: string): void => {
    if (typeof at !== "object" || at === null || trees.has(at)) return;
    if (Array.isArray(at)) {
      for (const index of at.keys()) take(at as unknown as Json, String(index), path);
      return;
    }
    const holder = at as Json;
    const place = typeof holder["index"] === "number" ? `${path}#${holder["index"]}` : path;
    for (const key of Object.keys(holder)) if (!isQuiet(key, holder)) take(holder, key, `${place}/${key}`);
  };
  walk(value, "");
  return found;
}

/** The same of a stream's events: a text that comes in pieces is one. */
export function withRestOfEvents(events: readonly Json[], answer: ReadAnswer): ReadAnswer {
  const read = readOf(answer);
  const unread = events.flatMap((event) => {
    const { type, item_id: item, output_index: output } = event;
    // Pieces are read with the texts that they are of.
    const rest = answer.repeated && String(type).endsWith(".delta") ? { ...event, delta: undefined } : event;
    return findUnread(rest, read).map((one) => ({
      ...one,
      holder: one.holder === rest ? event : one.holder,
      path: `${type}#${item}#${output}${one.path}`,
    }));
  });
  return { ...answer, texts: [...answer.texts, ...join(unread, "")] };
}

/** What a whole answer says: as its wire has it, the answers of models that are in any other shape, and all else. */
export function readWhole(body: unknown, wire?: Wire): ReadAnswer {
  const answers: ReadAnswer[] = [];
  const walk = (at: unknown): void => {
    if (Array.isArray(at)) at.forEach(walk);
    if (!isObject(at)) return;
    const known = at === body && hasAnswer(at) ? wire : wireOf(at);
    if (known) answers.push(known.readAnswer(at));
    else for (const member of Object.values(at)) walk(member);
  };
  walk(body);
  const answer: ReadAnswer = {
    texts: answers.flatMap(({ texts }) => texts),
    calls: answers.flatMap(({ calls }) => calls),
    calledIn: answers.flatMap(({ calledIn }) => calledIn),
    usage: answers.length === 1 ? answers[0]?.usage : undefined,
    hostedCalls: answers.reduce((sum, { hostedCalls = 0 }) => sum + hostedCalls, 0),
  };
  return { ...answer, texts: [...answer.texts, ...join(findUnread(body, readOf(answer)), "\n")] };
}

const hasAnswer = (at: Json): boolean => ["choices", "output", "content"].some((key) => Array.isArray(at[key]));

function wireOf(at: Json): Wire | undefined {
  if (Array.isArray(at["choices"])) return chatCompletions;
  if (Array.isArray(at["output"]) && at["object"] === "response") return responses;
  return Array.isArray(at["content"]) && at["type"] === "message" ? messages : undefined;
}

function readOf({ texts, calledIn, repeated }: ReadAnswer): AlreadyRead {
  return { places: texts.flatMap(({ places }) => places), trees: new Set(calledIn), texts: repeated ?? new Set() };
}

function join(unread: readonly Unread[], separator: string): readonly Slot[] {
  const byPath = new Map<string, Place[]>();
  for (const { path, holder, key } of unread) byPath.set(path, [...(byPath.get(path) ?? []), { holder, key }]);
  return [...byPath.values()].map((places) => slotOf(places, separator));
}
