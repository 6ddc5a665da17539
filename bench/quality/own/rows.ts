import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { furtherDisguises } from "./disguises";
import { type Disguise, disguises, pairs } from "./obfuscate";

/** A text of our own, written before its result was known. */
export interface OwnRow {
  readonly isAttack: boolean;
  /** What is counted together. */
  readonly group: string;
  readonly lang: string;
  /** Half `a` is for work, half `b` for the report; `c` to `s` are later sets, each measured before it was worked on; of these `i` holds innocent texts alone, written against the phrases. */
  readonly half:
    | "a"
    | "b"
    | "c"
    | "d"
    | "e"
    | "f"
    | "g"
    | "h"
    | "i"
    | "j"
    | "k"
    | "l"
    | "m"
    | "n"
    | "o"
    | "p"
    | "q"
    | "r"
    | "s";
  /** The turns of a conversation; one for all else. */
  readonly texts: readonly string[];
}

const folder = new URL("./texts/", import.meta.url);
const freshFolder = new URL("./fresh/", import.meta.url);

/** Sets of one file each, in the order in which they were written. */
export const laterSets = ["c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s"] as const;

/** Kinds that are no attack. */
const benign = new Set(["benign", "odd"]);
const tierOf: Readonly<Record<string, string>> = {
  header: "structural", document: "structural", rule: "structural", tag: "structural", json: "structural", template: "structural",
}; // biome-ignore format: one kind after the other

/**
 * All rows. A line is `kind: text`; its half follows from the kind and its number within the file, so that translations of
 * one sentence are on the same side. Obfuscated rows are made from `seeds.txt`.
 */
export function readOwnRows(): OwnRow[] {
  return [...readHalves(), ...laterSets.flatMap(readFresh)];
}

/** A whole set: `# language`, then `+ attack` or `- no attack` a line. */
function readFresh(half: (typeof laterSets)[number]): OwnRow[] {
  const rows: OwnRow[] = [];
  let lang = "";
  for (const line of readFileSync(new URL(`${half}.txt`, freshFolder), "utf8")
    .split("\n")
    .filter(Boolean)) {
    const text = line.slice(2).replaceAll("\\n", "\n");
    if (line.startsWith("# ")) lang = text;
    else {
      const isAttack = line.startsWith("+ ");
      rows.push({ isAttack, group: isAttack ? "explicit any" : "hard_negative", lang, half, texts: [text] });
    }
  }
  return rows;
}

function readHalves(): OwnRow[] {
  return readdirSync(fileURLToPath(folder))
    .filter((name) => name.endsWith(".txt"))
    .sort()
    .flatMap((name) => (name === "seeds.txt" ? disguiseSeeds() : readLines(name).map(asRow(name))));
}

interface Line {
  readonly kind: string;
  readonly at: number;
  readonly text: string;
}

function readLines(name: string): Line[] {
  const counts = new Map<string, number>();
  return readFileSync(new URL(name, folder), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const colon = line.indexOf(": ");
      const kind = line.slice(0, colon);
      const at = counts.get(kind) ?? 0;
      counts.set(kind, at + 1);
      return { kind, at, text: line.slice(colon + 2).replaceAll("\\n", "\n") };
    });
}

const asRow = (name: string) => {
  const file = name.slice(0, -".txt".length);
  const isLanguage = file.length === 2;
  return ({ kind, at, text }: Line): OwnRow => ({
    isAttack: !benign.has(kind),
    group: isLanguage
      ? kind === "benign"
        ? "hard_negative"
        : `explicit ${kind}`
      : `${tierOf[kind] ?? ""} ${kind}`.trim(),
    lang: isLanguage ? file : "",
    half: halfOf(`${kind}:${at}`),
    texts: kind === "turns" ? text.split(" || ") : [text],
  });
};

function disguiseSeeds(): OwnRow[] {
  const seeds = readLines("seeds.txt");
  const row = (group: string, lang: string, key: string, text: string | undefined): OwnRow[] =>
    text === undefined ? [] : [{ isAttack: true, group, lang, half: halfOf(key), texts: [text] }];
  const putOn = (tier: string, ways: Readonly<Record<string, Disguise>>): OwnRow[] =>
    Object.entries(ways).flatMap(([name, disguise]) =>
      seeds.flatMap(({ kind, text }, at) => row(`${tier} ${name}`, kind, `${name}:${at}`, disguise(text))),
    );
  const single = [...putOn("obfuscated", disguises), ...putOn("obfuscated_further", furtherDisguises)];
  const double = pairs.flatMap(([first, second]) =>
    seeds.flatMap(({ kind, text }, at) => {
      const once = disguises[first]?.(text);
      return row(`obfuscated two`, kind, `${first}+${second}:${at}`, once && disguises[second]?.(once));
    }),
  );
  return [...single, ...double, ...seeds.flatMap(({ kind, text }, at) => row("seeds", kind, `seed:${at}`, text))];
}

/** FNV-1a of a key; its bits are even enough for halves. */
function halfOf(key: string): "a" | "b" {
  let hash = 0x811c9dc5;
  for (const one of key) hash = Math.imul(hash ^ (one.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return ((hash ^ (hash >>> 15)) & 1) === 0 ? "a" : "b";
}
