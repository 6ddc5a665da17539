import { scoreConversation } from "../../../packages/core/src/detect/conversation";
import {
  type InjectionJudge,
  listInjectionPatterns,
  scoreInjection,
} from "../../../packages/core/src/detect/injection";
import { scanText, type Text } from "../../../packages/core/src/detect/text-scan";
import { scoring } from "../../../packages/core/src/gen/text-tables";
import { compileSet } from "../../../packages/core/src/match/index";
import type { OwnRow } from "./rows";

/** A function that gives the injection score of a row: of its texts, and of all together. */
export function createOwnScorer(): (row: OwnRow) => { readonly score: number; readonly ids: readonly string[] } {
  const filter = { languages: [], structural: true, learned: true };
  const patterns = listInjectionPatterns([filter]);
  const compiled = compileSet(patterns.map(({ source }) => source));
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const { set } = compiled;
  const judge: InjectionJudge = { set, signals: patterns.map(({ signal }) => signal), filter, accepts: () => true };
  return ({ texts }) => {
    const turns = texts.map((value, at) => {
      const role: Text["role"] = at < texts.length - 1 ? "history" : "input";
      const scan = scanText({ role, path: `/${at}`, value }, set);
      return { scan, score: scoreInjection(scan, judge) };
    });
    const joint = turns.length > 1 ? scoreConversation(turns, judge) : undefined;
    const score = Math.max(joint?.score ?? 0, ...turns.map((turn) => turn.score.score));
    const ids = [...turns.flatMap((turn) => turn.score.patterns), ...(joint?.patterns ?? [])];
    return { score, ids: [...new Set(ids)].map((index) => set.ids[index] ?? "") };
  };
}

export interface OwnGroup {
  readonly group: string;
  readonly isAttack: boolean;
  readonly rows: number;
  readonly flagged: number;
}

export const isFlagged = (score: number): boolean => score >= scoring.severityScores.medium;

/** Flagged rows of one half by group; `all …` pools what the goals speak of. */
export function measureOwn(rows: readonly OwnRow[], half: OwnRow["half"]): OwnGroup[] {
  const scoreOf = createOwnScorer();
  const groups = new Map<string, { isAttack: boolean; rows: number; flagged: number }>();
  for (const row of rows) {
    if (row.half !== half) continue;
    const flagged = isFlagged(scoreOf(row).score) ? 1 : 0;
    for (const name of poolsOf(row)) {
      const known = groups.get(name) ?? { isAttack: row.isAttack, rows: 0, flagged: 0 };
      groups.set(name, { ...known, rows: known.rows + 1, flagged: known.flagged + flagged });
    }
  }
  return [...groups]
    .map(([group, counts]) => ({ group, ...counts }))
    .sort((a, b) => Number(b.isAttack) - Number(a.isAttack) || (a.group < b.group ? -1 : 1));
}

function poolsOf({ group, lang }: OwnRow): string[] {
  const [tier = ""] = group.split(" ");
  const pools = [group];
  if (tier === "explicit") pools.push(lang === "en" ? "explicit, English" : "explicit, others", `explicit, ${lang}`);
  if (tier.startsWith("obfuscated") || tier === "structural") pools.push(`${tier}, all`);
  if (group === "hard_negative") pools.push(lang === "en" ? "hard_negative, English" : "hard_negative, others");
  return pools;
}
