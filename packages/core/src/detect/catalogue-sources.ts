import { injectionPatterns, piiCategories } from "../gen/detectors";
import { knownLiterals, knownPatterns } from "../gen/known-patterns";
import { moderationPatterns } from "../gen/moderation";
import { secretKinds } from "../gen/secrets";
import { type FindKnown, openKnownPatterns, type PatternSource } from "../match/index";

/** A pattern as a set takes it. */
type Source = Required<Pick<PatternSource, "source" | "flags">>;

/** Every pattern of the catalogue that a plan's set may hold, in the order in which `gen/known-patterns` tells of them. */
export const listCatalogueSources = (): Source[] => [
  ...injectionPatterns.map(({ source }) => ({ source, flags: "i" })),
  ...piiCategories.flatMap(({ patterns }) =>
    patterns.map(({ source, flags, gate }) => (gate === "" ? { source, flags } : { source: gate, flags: "i" })),
  ),
  ...secretKinds.flatMap(({ patterns }) => patterns.map(({ source }) => ({ source, flags: "" }))),
  ...moderationPatterns.map(({ source }) => ({ source, flags: "i" })),
];

/** Returns what is known of the catalogue's patterns beforehand; what it opens lives as long as what is returned. */
export const openCatalogue = (): FindKnown =>
  openKnownPatterns({ literals: knownLiterals, patterns: knownPatterns }, listCatalogueSources());
