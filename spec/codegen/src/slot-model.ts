import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type GeneratedFile, specRoot } from "./files.ts";
import { pythonLiteral } from "./text.ts";

interface SlotWords {
  readonly slots: readonly string[];
  readonly languages: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

interface SlotModelData {
  readonly bias: number;
  readonly one: number;
  readonly oneOfLetters: number;
  readonly cuts: readonly number[];
  /** Signed bytes, base64. */
  readonly weights: string;
}

/** Until the words are trained for the first time. */
const untrained: SlotModelData = { bias: 0, one: 0, oneOfLetters: 1, cuts: [], weights: "" };

/** The words of `catalog/slots` and the weights trained on them, behind the detectors' other data. */
export function withSlotModel(files: readonly GeneratedFile[]): GeneratedFile[] {
  const folder = join(specRoot, "catalog/slots");
  const { slots, languages } = parse(readFileSync(join(folder, "words.yaml"), "utf8")) as SlotWords;
  const path = join(folder, "weights.json");
  const { bias, one, oneOfLetters, cuts, weights } = existsSync(path)
    ? (JSON.parse(readFileSync(path, "utf8")) as SlotModelData)
    : untrained;
  const expected = 2 * slots.length * (slots.length + 1);
  const bytes = Buffer.from(weights, "base64").length;
  if (weights !== "" && bytes !== expected) throw new Error(`slots: ${bytes} weights, expected ${expected}`);
  for (const [language, words] of Object.entries(languages))
    for (const name of Object.keys(words))
      if (!slots.includes(name)) throw new Error(`slots: \`${name}\` of ${language} is no slot`);
  const data = {
    slots,
    words: Object.values(languages).map((words) => slots.map((slot) => (words[slot] ?? "").normalize("NFKC"))),
    bias,
    one,
    oneOfLetters,
    cuts,
    weights,
  };
  const typescript = `
/** The slot model: for each language and slot its words, then what pairs of slots weigh (signed bytes in base64). */
export interface SlotModelData {
  readonly slots: readonly string[];
  readonly words: readonly (readonly string[])[];
  readonly bias: number;
  /** A margin of 1: of this model, and of the model \`injection\` (SPECIFICATION T-65). */
  readonly one: number;
  readonly oneOfLetters: number;
  readonly cuts: readonly number[];
  readonly weights: string;
}

export const slotModel: SlotModelData = ${JSON.stringify(data)};
`;
  const python = `\nSLOT_MODEL: Final[dict[str, Any]] = ${pythonLiteral(data)}\n`;
  return files.map((file) => ({
    path: file.path,
    text: file.path.endsWith("detectors.ts")
      ? file.text + typescript
      : file.path.endsWith("detectors.py")
        ? file.text + python
        : file.text,
  }));
}
