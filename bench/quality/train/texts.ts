import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readOwnRows } from "../own/rows";
import { type Line, readFile, readLines } from "./rows";

/** A text to train on or to judge. What has one `source` is never in training when it is judged. */
export interface LabelledText {
  readonly isAttack: boolean;
  readonly source: string;
  readonly tier: string;
  readonly technique: string;
  readonly lang: string;
  readonly text: string;
}

/** The source of `corpus/`, and of documents that `list_documents.py` prints: trained on, never judged. */
export const corpusSource = "corpus";

const groups = 4;
/** What is left out of training together: own sets two at a time, other sources some at a time. */
export const groupOf = ({ source }: LabelledText): string =>
  source.startsWith("own")
    ? `own ${(source.codePointAt(4) ?? 0) >> 1}`
    : `${[...source].reduce((sum, sign) => (31 * sum + (sign.codePointAt(0) ?? 0)) % 9973, 7) % groups}`;

/** Attacks that the words of one text do not show: encodings, and what only its purpose makes an attack. */
const untaught = new Set(["obfuscated", "semantic", "structural_weak"]);
const planted = new Set(["structural", "indirect", "mixed"]);
/** Longer attacks whose order is planted would teach the innocent text around it. */
const maxPlantedChars = 300;

export const teaches = ({ isAttack, tier, text }: Pick<LabelledText, "isAttack" | "tier" | "text">): boolean =>
  !isAttack || (!untaught.has(tier) && !(planted.has(tier) && text.length > maxPlantedChars));

/** `injection.jsonl` of a folder, and further innocent texts of a file. */
export const readGiven = (folder: string, innocent?: string): LabelledText[] =>
  [...readLines(folder), ...(innocent ? readFile(innocent) : [])].map((line) => ({
    isAttack: line.label === "attack",
    source: sourceOf(line),
    tier: line.tier,
    technique: line.technique ?? "",
    lang: line.lang,
    text: line.text,
  }));

/** Documentation is left out by project: each is a source of its own. */
const sourceOf = ({ source = "", origin = "" }: Line): string =>
  source === "docs" ? `docs ${origin.split(":")[0]?.split("/").slice(0, 2).join("/")}` : source;

/** Sets that nobody has read yet teach nothing either: what a model has learned from it cannot measure. */
const unread: ReadonlySet<string> = new Set(["p", "s"]);

/** Our own texts but the disguised ones and conversations; halves a and b are one source. */
export const readOwn = (): LabelledText[] =>
  readOwnRows()
    .filter(({ group, half, texts }) => !unread.has(half) && !group.startsWith("obfuscated") && texts.length === 1)
    .map(({ isAttack, group, lang, half, texts: [text = ""] }) => ({
      isAttack,
      source: half === "a" || half === "b" ? "own a and b" : `own ${half}`,
      tier: isAttack ? group : "own hard_negative",
      technique: lang,
      lang,
      text,
    }));

const corpus = new URL("./corpus/", import.meta.url);

/** `# language`, `= kind`, then `+ attack` or `- no attack` a line, `\n` being the end of a line. */
export const readCorpus = (): LabelledText[] =>
  readdirSync(fileURLToPath(corpus))
    .filter((name) => name.endsWith(".txt"))
    .sort()
    .flatMap((name) => {
      let lang = "";
      return readFileSync(new URL(name, corpus), "utf8")
        .split("\n")
        .flatMap((line) => {
          const text = line.slice(2).replaceAll("\\n", "\n");
          if (line.startsWith("# ")) lang = text;
          if (!/^[+-] /.test(line)) return [];
          const isAttack = line.startsWith("+ ");
          return [
            { isAttack, source: corpusSource, tier: isAttack ? "corpus" : "own corpus", technique: lang, lang, text },
          ];
        });
    });
