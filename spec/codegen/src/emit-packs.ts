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

function checkPack(pack: PackSpec, types: readonly PolicyTypeSpec[]): PackSpec {
  for (const control of pack.controls) {
    if (control.clauses.length === 0 || !control.why)
      throw new Error(`${pack.pack}: \`${control.type}\` states no clause`);
  }
  // TODO(strict): refuse unknown types once all thirty are there.
  return { ...pack, controls: pack.controls.filter((control) => types.some(({ type }) => type === control.type)) };
}
