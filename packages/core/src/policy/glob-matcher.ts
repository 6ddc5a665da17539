import { glob } from "../expr/text-functions";

export type GlobMatcher = (text: string) => boolean;

/**
 * A glob of a rule made ready: a plain name is compared, `prefix*` is a prefix, anything else is matched in full. A glob
 * that cannot be judged is refused when written, so anything but true is no match.
 */
export function createGlobMatcher(pattern: string): GlobMatcher {
  if (!/[*?\\[{]/.test(pattern)) return (text) => text === pattern;
  const prefix = pattern.slice(0, -1);
  if (pattern.endsWith("*") && !/[*?\\[{]/.test(prefix)) return (text) => text.startsWith(prefix);
  return (text) => glob(pattern, text) === true;
}

/** True when any of the globs matches. */
export function createGlobListMatcher(patterns: readonly string[]): GlobMatcher {
  const matchers = patterns.map(createGlobMatcher);
  return (text) => matchers.some((matches) => matches(text));
}
