import { cutCovered, cutLiterals, dropCovered } from "./cover-literals";
import { boundary, isSameList, type LiteralList, listOdds, maxPartOdds, uniteLiterals } from "./literal-list";
import { type Literals, maxLiteralLength, noParts, type Part, plus } from "./literal-run";
import { address } from "./tree-odds";

/**
 * Literals, folded by `foldUnit`, of which every match of a pattern holds at least one. A literal may begin or end with
 * `boundary`, where a word begins or ends.
 */
export interface LiteralPart {
  readonly literals: readonly string[];
  /** The most UTF-16 units from where a match begins to where such a literal does; `unbounded` when there is no most. */
  readonly lead: number;
  /**
   * The most units from where such a literal begins to where the match ends; the same. Of a part that is repeated, another
   * copy may be meant than by `lead`.
   */
  readonly trail: number;
}

/** Further parts help only when they are rare. */
const maxFurtherOdds = 0.004;
/** Of three ways in which addresses begin. */
const maxAddressOdds = 0.01;
const maxFurther = 2;
/** Further parts of more literals take more of the memory that later looks need than they spare looks. */
const maxFurtherLiterals = 160;
/** So rare that further parts would be asked for next to nothing. */
const rareOdds = 1e-6;
/** So rare, taken together, are parts beside which another one would be found more often than it spares looks. */
const rareTogether = 1e-7;
/** What looking at a place costs, in characters read, beside those between it and the beginning or the end of a match. */
const lookCost = 40;
/** What it counts to have to read a text from its beginning. */
const wholeTextCost = 3000;
/** A match that ends so close after its part may be looked for from its end. */
export const maxTrail = 128;

/** Returns parts that every match holds: first the one that costs least to look around, then the rarest others; none when no part is rare. */
export function chooseParts(literals: Literals): LiteralPart[] {
  const parts = partsOf(literals);
  const best = pickPart(parts);
  return best === undefined ? [] : [best, ...pickFurther(parts, best)].map(finishPart);
}

const createPart = (list: LiteralList, lead: number, trail: number): Part => ({
  list,
  lead,
  trail,
  odds: listOdds(list),
});

const partsOf = ({ exact, parts, most }: Literals): readonly Part[] =>
  exact === undefined ? parts : exact.hasBlank ? noParts : [createPart(exact, 0, most)];

/**
 * Returns parts that hold one of each branch, near their beginnings and near their ends: mixed, it would be near neither. And the rarest of each, wherever
 * they stand, which most texts lack.
 */
export function uniteParts(branches: readonly Literals[]): readonly Part[] {
  const early: Part[] = [];
  const late: Part[] = [];
  const rare: Part[] = [];
  let hasRarer = false;
  for (let i = 0; i < branches.length; i++) {
    const parts = partsOf(branches[i]!);
    const first = pickPart(parts, "lead");
    if (first === undefined) return noParts;
    early.push(first);
    late.push(parts.length === 1 ? first : pickPart(parts, "trail")!);
    const rarest = findRarest(parts);
    rare.push(rarest);
    if (rarest !== first && rarest !== late[i]) hasRarer = true;
  }
  const united = [unite(early)];
  if (late.some((part, i) => part !== early[i])) united.push(unite(late));
  if (hasRarer) united.push(unite(rare));
  return united;
}

function findRarest(parts: readonly Part[]): Part {
  let rarest = parts[0]!;
  for (let i = 1; i < parts.length; i++) if (parts[i]!.odds < rarest.odds) rarest = parts[i]!;
  return rarest;
}

function unite(parts: readonly Part[]): Part {
  let lead = 0;
  let trail = 0;
  for (let i = 0; i < parts.length; i++) {
    lead = Math.max(lead, parts[i]!.lead);
    trail = Math.max(trail, parts[i]!.trail);
  }
  return createPart(uniteLiterals(parts.map(({ list }) => list)), lead, trail);
}

/** Returns the rarest parts beside the best; none beside one that is rare enough. */
function pickFurther(parts: readonly Part[], best: Part): Part[] {
  if (best.odds < rareOdds) return [];
  // Addresses are frequent, but so many patterns ask for them that they are found in any case, and most texts have none.
  const others = parts.filter(
    ({ odds, list: { strings } }) =>
      odds <= (address.test(strings[0]!) ? maxAddressOdds : maxFurtherOdds) && strings.length <= maxFurtherLiterals,
  );
  if (others.length === 0) return others;
  const distinct: Part[] = [];
  for (let i = 0; i < others.length; i++) {
    const { list } = others[i]!;
    if (
      !isSameList(list.strings, best.list.strings) &&
      !distinct.some((one) => isSameList(one.list.strings, list.strings))
    )
      distinct.push(others[i]!);
  }
  distinct.sort((a, b) => a.odds - b.odds);
  const isRareWithOne = distinct.length > 0 && best.odds * distinct[0]!.odds <= rareTogether;
  return distinct.slice(0, isRareWithOne ? 1 : maxFurther);
}

/** Returns the part that costs least: how often ordinary text holds it, times what each time costs. */
function pickPart(parts: readonly Part[], near?: "lead" | "trail"): Part | undefined {
  let best: Part | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!;
    if (part.odds > maxPartOdds) continue;
    const trail = part.trail <= maxTrail ? part.trail : wholeTextCost;
    const reach = near === undefined ? Math.min(part.lead, trail) : near === "lead" ? part.lead : trail;
    const cost = part.odds * (lookCost + Math.min(reach, wholeTextCost));
    if (cost >= least) continue;
    least = cost;
    best = part;
  }
  return best;
}

function finishPart({ list, lead, trail }: Part): LiteralPart {
  const cut = cutLiterals(list.strings, maxLiteralLength);
  // What stands beside a literal tells more where it begins a match.
  if (lead === 0 && !cut.some((literal) => literal.includes(boundary)))
    return { literals: cutCovered(cut), lead, trail };
  const { literals, moved } = dropCovered(cut);
  return { literals, lead: plus(lead, moved), trail };
}
