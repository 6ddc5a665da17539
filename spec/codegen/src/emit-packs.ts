import { type GeneratedFile, pythonFile, typescriptFile } from "./files.ts";
import { type PolicyTypeSpec, readYamlFolder } from "./read-spec.ts";
import { pythonLiteral, typescriptLiteral } from "./text.ts";

interface PackControl {
  readonly type: string;
  readonly mode: string;
  /** Stated, even empty: the pack switches the type on with these fields. Absent: it only tightens policies that are there. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly clauses: readonly string[];
  readonly why: string;
}
interface PackSpec {
  readonly pack: string;
  readonly title: string;
  readonly framework: string;
  readonly doc: string;
  readonly controls: readonly PackControl[];
}

export const readPacks = (): PackSpec[] => readYamlFolder<PackSpec>("catalog/packs").map(({ data }) => data);

/** Governance packs, in the order of their names, for the evaluator in both languages. */
export function emitPacks(types: readonly PolicyTypeSpec[]): GeneratedFile[] {
  const packs = readPacks().map((pack) => checkPack(pack, types));
  return [
    typescriptFile(
      "packages/core/src/gen/packs.ts",
      `import type { EnforcementMode } from "./tables";

/** What a governance pack asks of one policy type. */
export interface PackControl {
  readonly type: string;
  readonly mode: EnforcementMode;
  /** Fields of the rule with which the type is switched on; without them the pack only tightens what is there. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Articles or controls of the framework that it serves. */
  readonly clauses: readonly string[];
}
export interface Pack {
  readonly pack: string;
  readonly title: string;
  readonly framework: string;
  readonly controls: readonly PackControl[];
}

/** Every governance pack, by name. */
export const packs: readonly Pack[] = [\n${packs.map((pack) => `  ${typescriptLiteral(short(pack))},`).join("\n")}\n];`,
    ),
    pythonFile(
      "python/src/holdpoint/_gen/packs.py",
      `"""Governance packs."""

from __future__ import annotations

from typing import Any, Final

PACKS: Final[list[dict[str, Any]]] = [\n${packs.map((pack) => `    ${pythonLiteral(short(pack))},`).join("\n")}\n]`,
    ),
  ];
}

function short({ pack, title, framework, controls }: PackSpec): unknown {
  return { pack, title, framework, controls: controls.map(({ why: _why, ...rest }) => rest) };
}

/** What a pack names must be there, and what it claims must be said. */
function checkPack(pack: PackSpec, types: readonly PolicyTypeSpec[]): PackSpec {
  for (const control of pack.controls) {
    const place = `${pack.pack}: \`${control.type}\``;
    if (!types.some(({ type }) => type === control.type)) throw new Error(`${place} is no policy type`);
    if (control.clauses.length === 0 || !control.why) throw new Error(`${place} states no clause or no reason`);
    if (pack.controls.filter(({ type }) => type === control.type).length > 1) throw new Error(`${place} stands twice`);
  }
  return pack;
}

/** Every policy type belongs to exactly one tier, the one that its own file names. */
export function checkTiers(
  tiers: readonly { tier: string; types: string[] }[],
  types: readonly PolicyTypeSpec[],
): void {
  for (const { type, tier } of types) {
    const named = tiers.filter((one) => one.types.includes(type)).map((one) => one.tier);
    if (named.length !== 1 || named[0] !== tier)
      throw new Error(`tiers.yaml: \`${type}\` is in ${named.join(" and ") || "no tier"}, its own file says ${tier}`);
  }
  for (const type of tiers.flatMap((one) => one.types)) {
    if (!types.some((one) => one.type === type)) throw new Error(`tiers.yaml: \`${type}\` is no policy type`);
  }
}
