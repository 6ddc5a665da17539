import { textsIn, withoutMedia } from "@holdpoint/sdk";

interface Part {
  readonly type: string;
}

/** Members that are judged as what they are, or say nothing. Everything else of a part is said besides. */
const ownMembers: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    text: ["text"],
    reasoning: ["text"],
    "text-start": [],
    "text-delta": ["delta"],
    "text-end": [],
    "reasoning-start": [],
    "reasoning-delta": ["delta"],
    "reasoning-end": [],
    file: ["data", "mediaType"],
    "reasoning-file": ["data", "mediaType"],
    source: ["title", "filename", "mediaType"],
    "tool-input-start": ["toolName"],
    "tool-input-delta": ["delta"],
    "tool-input-end": [],
    "tool-call": ["toolName", "input"],
    "tool-result": ["toolName", "result"],
    "tool-approval-request": [],
    finish: ["usage", "finishReason"],
  }),
);

/** Told by the provider of its own work: no words of the model. */
const ofProtocol = new Set(["stream-start", "response-metadata", "error", "raw"]);

/** A kind, a state, a rating: no text. */
const isWord = (text: string): boolean => /^(?:[a-z_]{0,24}|[A-Z_]{0,40})$/.test(text);

/** What a provider has sealed for itself. */
const sealed = /(?:encrypted_?content|redacted_?data)$/i;

/** Tokens of a text that was judged as a whole; it takes them with it when it is replaced. */
const ofTokens = /^logprobs(?:_?result)?$/i;

/** What no id or address is; many languages write without spaces. */
const isSentence = (text: string): boolean => /[^!-~]/.test(text);

/** Ids, addresses and bytes are no text; a sentence is one in their place, too. */
const isSaid = (name: string, text: string): boolean =>
  !isWord(text) &&
  withoutMedia(text) !== "" &&
  (isSentence(text) || (!sealed.test(name) && textsIn({ [name]: text }).length > 0));

/** Every text in a value that has no known shape, as deep as it goes; whatever holds itself is read once. */
export function textsBesides(value: unknown): readonly string[] {
  const texts: string[] = [];
  const known = new Set<unknown>();
  const open: (readonly [name: string, value: unknown])[] = [["", value]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [name, member] = next;
    if (typeof member === "string") {
      if (isSaid(name, member)) texts.push(member);
      continue;
    }
    if (typeof member !== "object" || member === null || ArrayBuffer.isView(member) || known.has(member)) continue;
    known.add(member);
    const members = Object.entries(member).filter(([other]) => !ofTokens.test(other));
    texts.push(...members.map(([other]) => other).filter(isSentence));
    for (const one of members.toReversed()) open.push(one);
  }
  return texts;
}

/**
 * Judges what a part of an answer says besides what it is there for: what its provider tells of it (citations, found texts),
 * members and parts that nobody knows. Gives the same part, one that says nothing besides, or none. Throws a halt.
 */
export async function checkBesides<P extends Part>(
  part: P,
  judge: (text: string) => Promise<boolean>,
): Promise<P | undefined> {
  if (ofProtocol.has(part.type)) return part;
  const own = ownMembers.get(part.type);
  const saying = Object.entries(part)
    .filter(([name]) => name !== "type" && !own?.includes(name))
    .map(([name, member]) => ({ name, texts: textsBesides({ [name]: member }) }))
    .filter(({ texts }) => texts.length > 0);
  if (saying.length === 0 || (await judge(saying.flatMap(({ texts }) => texts).join("\n")))) return part;
  if (own === undefined) return undefined;
  const names = new Set(saying.map(({ name }) => name));
  return Object.fromEntries(Object.entries(part).filter(([name]) => !names.has(name))) as P;
}
