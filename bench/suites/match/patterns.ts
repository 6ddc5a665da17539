import { listInjectionPatterns } from "../../../packages/core/src/detect/injection";
import { listPiiPatterns } from "../../../packages/core/src/detect/pii";
import { listSecretPatterns } from "../../../packages/core/src/detect/secrets";
import type { PatternSource } from "../../../packages/core/src/match/index";

/** Sixteen patterns such as guards use: phrases, addresses, numbers, key formats. */
export const sixteen: readonly PatternSource[] = [
  "(?i)ignore (?:all |any )?(?:previous|prior|above) (?:instructions|rules)",
  "(?i)disregard (?:the|your|all) (?:rules|guidelines|instructions)",
  "(?i)you are now (?:in )?(?:developer|dan|god) mode",
  "(?i)reveal (?:your|the) (?:system )?prompt",
  "(?i)pretend (?:to be|you are)",
  "(?i)act as (?:an? )?(?:unrestricted|uncensored)",
  "(?i)\\bjailbreak(?:ed|ing)?\\b",
  "[\\w.+-]+@[\\w-]+\\.[\\w.-]+",
  "\\b(?:\\d[ -]?){13,16}\\b",
  "\\b\\d{3}-\\d{2}-\\d{4}\\b",
  "\\bAKIA[0-9A-Z]{16}\\b",
  "\\bgh[pousr]_[A-Za-z0-9]{36}\\b",
  "\\bsk-[A-Za-z0-9]{20,}\\b",
  "-----BEGIN (?:RSA |EC )?PRIVATE KEY-----",
  "\\b(?:\\d{1,3}\\.){3}\\d{1,3}\\b",
  "(?i)\\bpassword\\s*[:=]\\s*\\S+",
].map((source, i) => ({ id: `guard/${i}`, source }));

/** What a plan that looks for injection, personal data and secrets searches, in one set as it does. */
export const catalogue: readonly PatternSource[] = [
  ...listInjectionPatterns([{ languages: [], structural: true }]).map(({ source }) => source),
  ...listPiiPatterns(),
  ...listSecretPatterns(),
];

/** The shortest patterns of the catalogue: the addon's set takes up to about 500 of them, and refuses all. */
export const listShortest = (count: number): readonly PatternSource[] =>
  [...catalogue].sort((a, b) => a.source.length - b.source.length).slice(0, count);

/** Patterns that ruin backtrackers, or make many states. */
export const worst: readonly PatternSource[] = [
  "(a+)+$",
  "(a|aa)*b",
  ".*.*=.*",
  "x{0,1000}y",
  "(?:.*,){11}P",
  "[ab]*a[ab]{12}c",
  "(?:x+x+)+y",
  "(?:a?){30}a{30}",
  "(?i)(?:\\w+\\W+){0,20}zz",
  "\\b(?:\\d[ -]?){13,19}\\b",
].map((source, i) => ({ id: `worst/${i}`, source }));

export const withFlags = ({ source, flags }: PatternSource): string => (flags ? `(?${flags})${source}` : source);
