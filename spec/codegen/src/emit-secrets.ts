import { type GeneratedFile, pythonFile, typescriptFile } from "./files.ts";
import { readYamlFolder } from "./read-spec.ts";
import { pythonLiteral } from "./text.ts";

interface SecretFile {
  readonly group: string;
  readonly kinds?: readonly {
    kind: string;
    title: string;
    severity?: string;
    value?: string;
    random?: string | boolean;
    /** What the credential has to begin with, where a pattern that said so would wake on every run of one character. */
    begins?: string;
    min_entropy?: number;
    owns?: readonly string[];
    patterns: readonly string[];
  }[];
  readonly placeholders?: readonly string[];
  readonly weak?: readonly string[];
  readonly harmless_names?: readonly string[];
  readonly providers?: readonly { kind: string; title: string; words: readonly string[] }[];
}

/** Which part of a match is the credential. */
const values = new Set([
  "whole",
  "trimmed",
  "last",
  "assigned",
  "assigned_last",
  "quoted",
  "quoted_last",
  "spaced",
  "url",
  "user",
  "sentence",
]);

/** Kinds of secrets: patterns, what of a match is the value, how random it has to be; providers by their words. */
export function emitSecrets(): GeneratedFile[] {
  const files = readYamlFolder<SecretFile>("catalog/detectors/secrets");
  const kinds = files.flatMap(({ file, data }) =>
    (data.kinds ?? []).map((row) => {
      const value = row.value ?? "whole";
      if (!values.has(value)) throw new Error(`${file}: ${row.kind}: there is no value \`${value}\``);
      return {
        kind: row.kind,
        group: data.group,
        title: row.title,
        severity: row.severity ?? "high",
        value,
        random: row.random === true ? "any" : String(row.random ?? ""),
        begins: row.begins ?? "",
        minEntropy: Math.round((row.min_entropy ?? 2.3) * 1000),
        patterns: row.patterns.map((source, index) => ({ id: `secret.${row.kind}.${index}`, source })),
      };
    }),
  );
  const providers = files.flatMap(({ data }) => data.providers ?? []);
  const words = files.find(({ data }) => data.weak)?.data;
  const wordLists = [
    ["placeholders", words?.placeholders ?? []],
    ["weakPasswords", words?.weak ?? []],
    ["harmlessNames", words?.harmless_names ?? []],
  ] as const;
  const owned = files.flatMap(({ data }) => (data.kinds ?? []).flatMap((row) => row.owns ?? []));
  const seen = new Set<string>();
  for (const { kind } of [...kinds, ...providers]) {
    if (seen.has(kind)) throw new Error(`secret kind \`${kind}\` is there twice`);
    seen.add(kind);
  }
  const rows = (list: readonly unknown[]): string => list.map((row) => `  ${JSON.stringify(row)},`).join("\n");
  const pythonRows = (list: readonly unknown[]): string => list.map((row) => `    ${pythonLiteral(row)},`).join("\n");
  return [
    typescriptFile(
      "packages/core/src/gen/secrets.ts",
      `export interface SecretKind {
  readonly kind: string;
  readonly group: string;
  readonly title: string;
  readonly severity: string;
  /** Which part of a match is the credential. */
  readonly value: string;
  /** How it is told from words: \`secret\`, \`password\`, \`any\`, or not at all (empty). */
  readonly random: string;
  /** What the credential begins with beyond what the patterns say; empty for nothing. */
  readonly begins: string;
  /** In thousandths of a bit a character. */
  readonly minEntropy: number;
  readonly patterns: readonly { readonly id: string; readonly source: string }[];
}

export interface SecretProvider {
  readonly kind: string;
  readonly title: string;
  readonly words: readonly string[];
}

export const secretKinds: readonly SecretKind[] = [\n${rows(kinds)}\n];

export const secretProviders: readonly SecretProvider[] = [\n${rows(providers)}\n];

/** Names that hold one of these have credentials of a known form only. */
export const secretOwnedWords: readonly string[] = ${JSON.stringify(owned)};

export const secretWords = {
${wordLists.map(([name, list]) => `  ${name}: ${JSON.stringify(list)},`).join("\n")}
} as const;`,
    ),
    pythonFile(
      "python/src/holdpoint/_gen/secrets.py",
      `"""Kinds of secrets."""

from __future__ import annotations

from typing import Any, Final

SECRET_KINDS: Final[list[dict[str, Any]]] = [\n${pythonRows(kinds)}\n]

SECRET_PROVIDERS: Final[list[dict[str, Any]]] = [\n${pythonRows(providers)}\n]

# Names that hold one of these have credentials of a known form only.
SECRET_OWNED_WORDS: Final[tuple[str, ...]] = tuple(${pythonLiteral(owned)})

SECRET_WORDS: Final[dict[str, list[str]]] = {
${wordLists.map(([name, list]) => `    "${name}": ${pythonLiteral(list)},`).join("\n")}
}`,
    ),
  ];
}
