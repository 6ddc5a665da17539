import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type GeneratedFile, specRoot } from "./files.ts";
import { pythonLiteral } from "./text.ts";

export interface LearnedModelData {
  readonly name: string;
  readonly bits: number;
  readonly bias: number;
  readonly cuts: readonly number[];
  /** Bits of a weight: 8, or 6 where there are many (they pack by how often each occurs, one sign for each). */
  readonly weightBits: 6 | 8;
  /** Signed numbers, base64. */
  readonly weights: string;
  /**
   * Where most buckets weigh nothing: how many buckets lie before each that does, a sign of base64 (the last sign of 63 says that so
   * many do and the number goes on). Without it there is a weight for each bucket.
   */
  readonly gaps?: string;
}

/** The trained models of `catalog/models`, each checked for its shape. */
export function readLearnedModels(): LearnedModelData[] {
  const folder = join(specRoot, "catalog/models");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => {
      const model = JSON.parse(readFileSync(join(folder, name), "utf8")) as LearnedModelData;
      checkCount(name, model);
      if (model.cuts.some((cut, i) => i > 0 && cut < (model.cuts[i - 1] ?? 0)))
        throw new Error(`${name}: the margins of the scores must ascend`);
      const { name: id, bits, bias, cuts, weightBits, weights, gaps } = model;
      return { name: id, bits, bias, cuts, weightBits, weights, ...(gaps === undefined ? {} : { gaps }) };
    });
}

function checkCount(name: string, { bits, weightBits, weights, gaps }: LearnedModelData): void {
  if (gaps === undefined) {
    const count = (8 * Buffer.from(weights, "base64").length) / weightBits;
    if (count !== 2 ** bits) throw new Error(`${name}: ${count} weights, expected ${2 ** bits}`);
    return;
  }
  const steps = gaps.replaceAll("/", "").length;
  if (steps !== weights.length) throw new Error(`${name}: ${weights.length} weights for ${steps} buckets`);
  const digits = [...gaps].map((sign) => base64.indexOf(sign));
  const past = digits.reduce((sum, digit) => sum + digit + (digit < 63 ? 1 : 0), 0);
  if (digits.includes(-1) || past > 2 ** bits)
    throw new Error(`${name}: its last bucket is ${past - 1} of ${2 ** bits}`);
}

const base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The detectors' files with the models after the patterns: one place for all data that a small core can leave out. */
export function withLearnedModels(files: readonly GeneratedFile[]): GeneratedFile[] {
  const models = readLearnedModels();
  const typescript = `
/** A trained linear model; weights are signed numbers of so many bits in base64. */
export interface LearnedModelData {
  readonly name: string;
  readonly bits: number;
  readonly bias: number;
  readonly cuts: readonly number[];
  readonly weightBits: number;
  readonly weights: string;
  /** Where most buckets weigh nothing: how many lie before each that does, a sign each; the sign of 63 goes on. */
  readonly gaps?: string;
}

export const learnedModels: readonly LearnedModelData[] = [
${models.map((model) => `  ${JSON.stringify(model)},`).join("\n")}
];
`;
  const python = `
LEARNED_MODELS: Final[list[dict[str, Any]]] = [
${models.map((model) => `    ${pythonLiteral(model)},`).join("\n")}
]
`;
  return files.map(({ path, text }) => ({
    path,
    text: path.endsWith("detectors.ts") ? text + typescript : path.endsWith("detectors.py") ? text + python : text,
  }));
}
