import { type GeneratedFile, pythonFile, typescriptFile } from "./files.ts";
import { readYaml, readYamlFolder } from "./read-spec.ts";
import { pythonLiteral } from "./text.ts";

interface ModerationFile {
  readonly language: string;
  readonly slots?: Readonly<Record<string, readonly string[]>>;
  readonly patterns: readonly { category: string; family: string; weight: number; pattern: string }[];
}

/** Phrases of moderation, slots filled in, in the form in which texts reach them. */
export function emitModeration(): GeneratedFile[] {
  const { fields } = readYaml<{ fields: Record<string, { fields?: object }> }>(
    "catalog/policy-types/content_moderation.yaml",
  );
  const categories = Object.keys(fields["categories"]?.fields ?? {});
  const patterns = readYamlFolder<ModerationFile>("catalog/detectors/moderation").flatMap(({ file, data }) =>
    data.patterns.map(({ category, family, weight, pattern }, index) => {
      if (!categories.includes(category)) throw new Error(`${file}: there is no category \`${category}\``);
      return {
        id: `moderation.${data.language}.${index}`,
        category,
        family: `${category}.${family}`,
        weight,
        source: fillSlots(pattern, data.slots ?? {}, file),
      };
    }),
  );
  return [
    typescriptFile(
      "packages/core/src/gen/moderation.ts",
      `export interface ModerationPattern {
  readonly id: string;
  readonly category: string;
  readonly family: string;
  readonly weight: number;
  readonly source: string;
}

export const moderationCategories: readonly string[] = ${JSON.stringify(categories)};

export const moderationPatterns: readonly ModerationPattern[] = [
${patterns.map((row) => `  ${JSON.stringify(row)},`).join("\n")}
];`,
    ),
    pythonFile(
      "python/src/holdpoint/_gen/moderation.py",
      `"""Phrases of moderation, slots filled in."""

from __future__ import annotations

from typing import Any, Final

MODERATION_CATEGORIES: Final[tuple[str, ...]] = tuple(${pythonLiteral(categories)})

MODERATION_PATTERNS: Final[list[dict[str, Any]]] = [
${patterns.map((row) => `    ${pythonLiteral(row)},`).join("\n")}
]`,
    ),
  ];
}

/** Texts are matched in NFKC and without invisible characters; patterns have to be so themselves. */
function fillSlots(pattern: string, slots: Readonly<Record<string, readonly string[]>>, file: string): string {
  const filled = pattern.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const slot = slots[name];
    if (!slot) throw new Error(`${file}: there is no slot \`${name}\``);
    return `(?:${slot.join("|")})`;
  });
  return filled.normalize("NFKC").replace(/\u200c|\u200d/g, "");
}
