import { limits } from "@holdpoint/core";
import { Composer, CST, Document, Lexer, Parser } from "yaml";
import type { ReadTextResult, TextFault } from "./placed-node";
import { readYamlNodes, tabMessage } from "./read-yaml-nodes";

/** What no reader of YAML takes as it stands, and line ends that not every one takes for the same. */
const unreadable = /[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ufffd]|\r(?!\n)/;

/**
 * A text as YAML 1.2 in its core schema, one document, with the places of its values. Aliases are followed; tags other
 * than `!!str`, merge keys, names given twice and names that are no scalars are refused or, as for merge keys, plain
 * names. Never throws.
 */
export function readYamlText(text: string): ReadTextResult {
  const at = text.search(unreadable);
  if (at >= 0) {
    const code = text.charCodeAt(at).toString(16).padStart(4, "0");
    return refuse(at, `U+${code.toUpperCase()} may not stand here as itself, write \`\\u${code}\` in double quotes`);
  }
  const { tokens, tabs } = parseTokens(text);
  const deep = findDeep(tokens);
  if (deep !== undefined) return refuse(deep, `nested deeper than ${limits.maxBodyDepth} levels`);
  // Names are compared below: here each would be compared with all others.
  const composer = new Composer({ schema: "core", resolveKnownTags: false, uniqueKeys: false, logLevel: "silent" });
  const documents = [...composer.compose(tokens, true, text.length)].filter((one) => one instanceof Document);
  const [document, second] = documents;
  const faults = (document?.errors ?? [])
    // A comment in brackets that is all of its line is separated by the line's end.
    .filter(({ message, pos: [offset] }) => !(message.startsWith("Comments must be") && text[offset - 1] === "\n"))
    .map(({ message, pos: [offset] }) => ({ offset, message: tidy(message, text, offset) }));
  // What the parser says after one of these follows from it.
  const [first] = faults;
  if (first && wholeFaults.test(first.message)) faults.length = 1;
  if (second) faults.push({ offset: second.range[0], message: "a second document begins here, a file has one" });
  if (faults.length === 0) faults.push(...tabs);
  if (faults.length > 0 || !document) return { ok: false, faults };
  return readYamlNodes(document.contents, text);
}

const refuse = (offset: number, message: string): ReadTextResult => ({ ok: false, faults: [{ offset, message }] });

/** The text's tokens, and the tabs between them: not every reader of YAML takes those for white space. */
function parseTokens(text: string): { readonly tokens: readonly CST.Token[]; readonly tabs: readonly TextFault[] } {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  const tabs: TextFault[] = [];
  let offset = 0;
  for (const lexeme of new Lexer().lex(text)) {
    const isMark = lexeme === CST.DOCUMENT || lexeme === CST.FLOW_END || lexeme === CST.SCALAR;
    const tab = CST.tokenType(lexeme) === "space" ? lexeme.indexOf("\t") : -1;
    if (tab >= 0 && tabs.length < limits.maxProblems) tabs.push({ offset: offset + tab, message: tabMessage });
    tokens.push(...parser.next(lexeme));
    if (!isMark) offset += lexeme.length;
  }
  tokens.push(...parser.end());
  return { tokens, tabs };
}

/** The offset of the first collection that is nested too deep; looked for without recursion. */
function findDeep(tokens: readonly CST.Token[]): number | undefined {
  const open: { readonly token: CST.Token; readonly depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
  let first: number | undefined;
  for (let next = open.pop(); next; next = open.pop()) {
    const { token, depth } = next;
    if (token.type === "document" && token.value) open.push({ token: token.value, depth });
    if (!("items" in token)) continue;
    if (depth >= limits.maxBodyDepth) {
      first = Math.min(first ?? token.offset, token.offset);
      continue;
    }
    for (const item of token.items) {
      if (item.key) open.push({ token: item.key, depth: depth + 1 });
      if (item.value) open.push({ token: item.value, depth: depth + 1 });
    }
  }
  return first;
}

/** Faults of which one is told, in the same words as the twin's. */
const wholeFaults =
  /(?:quotes|brackets) do(?:es)? not end$|indented further than|further indented|^`[@`%]` begins no text/;

/** The parser's sentence in our manner: lower case, one line, no final stop; the same words as the twin's for what is met most. */
function tidy(message: string, text: string, offset: number): string {
  const line = (message.split("\n")[0] ?? "").trim().replace(/\.$/, "");
  const isOpen = offset >= text.length;
  if (/^Missing closing ["']quote/.test(line))
    return isOpen
      ? "a text in quotes does not end"
      : "a text in quotes goes on further indented than what it belongs to";
  const brackets = /^Flow (?:map|sequence) (in block)?.*end with a ([\]}])/.exec(line);
  if (brackets && isOpen) return "brackets do not end";
  if (brackets?.[1] && beginsLine(text, offset) && (text[offset] === brackets[2] || !/[\]}]/.test(text[offset] ?? "")))
    return "what stands in brackets is indented further than what they belong to";
  const begin = /^Plain value cannot start with (?:reserved|directive indicator) character ([@`%])/.exec(line)?.[1];
  if (begin) return `\`${begin}\` begins no text: one that begins so is written in quotes`;
  if (line.startsWith("Tabs are not allowed")) return tabMessage;
  if (line.startsWith("Alias cannot be an empty"))
    return "`*` is read as an alias: a text that begins so is written in quotes";
  return line.charAt(0).toLowerCase() + line.slice(1);
}

const beginsLine = (text: string, offset: number): boolean =>
  text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset).trim() === "";
