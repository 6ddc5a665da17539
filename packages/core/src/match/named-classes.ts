import type { CodeRanges } from "./code-ranges";

const codes = (text: string): CodeRanges => Array.from(text, (c) => c.charCodeAt(0));

/** Perl classes are ASCII in RE2; `\s` has no vertical tab. */
export const perlClasses: Readonly<Record<string, CodeRanges>> = {
  d: codes("09"),
  s: codes("\t\n\f\r  "),
  w: codes("09AZ__az"),
};

export const posixClasses: Readonly<Record<string, CodeRanges>> = {
  alnum: codes("09AZaz"),
  alpha: codes("AZaz"),
  ascii: codes("\0\x7f"),
  blank: codes("\t\t  "),
  cntrl: codes("\0\x1f\x7f\x7f"),
  digit: codes("09"),
  graph: codes("!~"),
  lower: codes("az"),
  print: codes(" ~"),
  punct: codes("!/:@[`{~"),
  space: codes("\t\r  "),
  upper: codes("AZ"),
  word: codes("09AZ__az"),
  xdigit: codes("09AFaf"),
};
