import { astNodesMax, nestingDepthMax, sourceCharsMax } from "../gen/expr-limits";
import type { Call, LoopName, Node } from "./ast";
import { signedInt, type Token, tokenize } from "./lexer";
import { type ExprProblem, problemAt, SyntaxStop } from "./problem";
import { type Type, types } from "./types";
import { CelUint } from "./values";

export type ParseResult =
  | { readonly ok: true; readonly root: Node }
  | { readonly ok: false; readonly problems: readonly ExprProblem[] };

/** The tree of a source, or the first syntax problem. Never throws; depth and node count are bounded. */
export function parseExpression(source: string): ParseResult {
  if (source.length > sourceCharsMax) {
    return { ok: false, problems: [problemAt("", 0, `expression is longer than ${sourceCharsMax} characters`)] };
  }
  try {
    return { ok: true, root: createParser(tokenize(source)).parseAll() };
  } catch (error) {
    if (!(error instanceof SyntaxStop)) throw error;
    return { ok: false, problems: [problemAt(source, error.pos, error.message)] };
  }
}

const reserved = new Set(
  "as break const continue else for function if import let loop package namespace return var void while".split(" "),
);
const levels: Readonly<Record<string, number>> = {
  "==": 1,
  "!=": 1,
  "<": 1,
  "<=": 1,
  ">": 1,
  ">=": 1,
  in: 1,
  "+": 2,
  "-": 2,
  "*": 3,
  "/": 3,
  "%": 3,
};
const loops: ReadonlySet<string> = new Set(["all", "exists", "exists_one", "map", "filter"]);
const literalTypes: Readonly<Record<string, Type>> = {
  string: types.string,
  number: types.double,
  bigint: types.int,
  boolean: types.bool,
};

function typeOfLiteral(value: unknown): Type {
  if (value === null) return types.null;
  return literalTypes[typeof value] ?? (value instanceof CelUint ? types.uint : types.bytes);
}

const shorten = (text: string): string => [...text].slice(0, 32).join("");

type Unplaced<N> = N extends Node ? Omit<N, "depth" | "type"> : never;

function createParser(tokens: readonly Token[]) {
  let index = 0;
  let level = 0;
  let nodes = 0;

  const peek = (): Token => tokens[index] as Token;
  const isOp = (text: string): boolean => peek().kind === "op" && peek().text === text;
  const accept = (text: string): boolean => isOp(text) && ++index > 0;

  function unexpected(): never {
    const token = peek();
    throw new SyntaxStop(
      token.pos,
      token.kind === "end" ? "unexpected end of the expression" : `unexpected \`${shorten(token.text)}\``,
    );
  }

  function expect(text: string): void {
    if (accept(text)) return;
    const token = peek();
    const found = token.kind === "end" ? "the end" : `\`${shorten(token.text)}\``;
    throw new SyntaxStop(token.pos, `expected \`${text}\`, found ${found}`);
  }

  function node(parts: Unplaced<Node>, kids: readonly (Node | undefined)[]): Node {
    let depth = 0;
    for (const kid of kids) if (kid && kid.depth > depth) depth = kid.depth;
    if (depth >= nestingDepthMax) tooDeep(parts.pos);
    if (++nodes > astNodesMax) throw new SyntaxStop(parts.pos, `expression has more than ${astNodesMax} parts`);
    return { ...parts, depth: depth + 1, type: types.dyn } as Node;
  }

  function tooDeep(pos: number): never {
    throw new SyntaxStop(pos, `expression is nested deeper than ${nestingDepthMax} levels`);
  }

  function call(name: string, pos: number, args: readonly Node[], target?: Node): Node {
    return node({ kind: "call", name, pos, target, args } as Unplaced<Call>, [target, ...args]);
  }

  function parseExpr(): Node {
    if (++level > nestingDepthMax) tooDeep(peek().pos);
    const condition = parseLogic("||");
    const pos = peek().pos;
    let result = condition;
    if (accept("?")) {
      const yes = parseLogic("||");
      expect(":");
      result = call("_?_:_", pos, [condition, yes, parseExpr()]);
    }
    level--;
    return result;
  }

  function parseLogic(name: "&&" | "||"): Node {
    const parseArgument = (): Node => (name === "||" ? parseLogic("&&") : parseBinary(1));
    const args = [parseArgument()];
    const pos = peek().pos;
    while (accept(name)) args.push(parseArgument());
    return args.length === 1 ? (args[0] as Node) : node({ kind: "logic", name, pos, args }, args);
  }

  function parseBinary(least: number): Node {
    let left = least === 3 ? parseUnary() : parseBinary(least + 1);
    for (;;) {
      const token = peek();
      if (token.kind !== "op" || levels[token.text] !== least) return left;
      index++;
      const right = least === 3 ? parseUnary() : parseBinary(least + 1);
      left = call(`_${token.text}_`, token.pos, [left, right]);
    }
  }

  function parseUnary(): Node {
    const start = index;
    while (isOp("!") || isOp("-")) index++;
    let first = index;
    let operand: Node;
    const token = peek();
    if (first > start && (tokens[first - 1] as Token).text === "-" && typeof token.value === "bigint") {
      first--;
      index++;
      operand = parseSuffixes(literal(signedInt(token, true), (tokens[first] as Token).pos));
    } else operand = parseSuffixes(parsePrimary());
    for (let at = first - 1; at >= start; at--) {
      const sign = tokens[at] as Token;
      operand = call(`${sign.text}_`, sign.pos, [operand]);
    }
    return operand;
  }

  const literal = (value: unknown, pos: number): Node => {
    const made = node({ kind: "literal", value, pos }, []);
    made.type = typeOfLiteral(value);
    return made;
  };

  function parsePrimary(): Node {
    const token = peek();
    if (token.kind === "literal") {
      index++;
      return literal(typeof token.value === "bigint" ? signedInt(token, false) : token.value, token.pos);
    }
    if (token.kind === "ident") return parseName(false);
    if (accept("(")) {
      const inner = parseExpr();
      expect(")");
      return inner;
    }
    if (accept("[")) {
      if (isOp("?")) unsupported("optional items");
      const items = parseItems("]");
      return node({ kind: "list", pos: token.pos, items }, items);
    }
    if (accept("{")) return parseMap(token.pos);
    if (accept(".")) return peek().kind === "ident" ? parseName(true) : unexpected();
    return unexpected();
  }

  function unsupported(what: string): never {
    throw new SyntaxStop(peek().pos, `${what} are not supported`);
  }

  function parseName(absolute: boolean): Node {
    const token = peek();
    if (!absolute && (token.text === "true" || token.text === "false" || token.text === "null")) {
      index++;
      return literal(token.text === "null" ? null : token.text === "true", token.pos);
    }
    if (reserved.has(token.text)) throw new SyntaxStop(token.pos, `\`${token.text}\` is a reserved word`);
    index++;
    if (accept("(")) return makeCall(token, parseItems(")"), undefined);
    if (isOp("{")) unsupported("messages");
    return node({ kind: "ident", name: token.text, absolute, slot: -1, pos: token.pos }, []);
  }

  function parseSuffixes(start: Node): Node {
    let left = start;
    for (;;) {
      const open = peek();
      if (accept(".")) {
        if (isOp("?")) unsupported("optional fields");
        const token = peek();
        if (token.kind !== "ident" && token.kind !== "quoted") unexpected();
        index++;
        if (token.kind === "ident" && accept("(")) left = makeCall(token, parseItems(")"), left);
        else if (isOp("{")) unsupported("messages");
        else {
          left = node(
            { kind: "select", operand: left, field: token.text, test: false, variable: undefined, pos: token.pos },
            [left],
          );
        }
      } else if (accept("[")) {
        if (isOp("?")) unsupported("optional fields");
        const position = parseExpr();
        expect("]");
        left = call("_[_]", open.pos, [left, position]);
      } else return left;
    }
  }

  /** Expressions up to the closing bracket, which is consumed; a list may end with a comma. */
  function parseItems(close: string): Node[] {
    const items: Node[] = [];
    while (!isOp(close)) {
      items.push(parseExpr());
      if (!accept(",")) break;
      if (close === ")" && isOp(close)) unexpected();
    }
    expect(close);
    return items;
  }

  function parseMap(pos: number): Node {
    const entries: (readonly [Node, Node])[] = [];
    while (!isOp("}")) {
      if (isOp("?")) unsupported("optional entries");
      const key = parseExpr();
      expect(":");
      entries.push([key, parseExpr()]);
      if (!accept(",")) break;
    }
    expect("}");
    return node({ kind: "map", pos, entries }, entries.flat());
  }

  /** A call, or what the macros has, all, exists, exists_one, map and filter stand for. */
  function makeCall(token: Token, args: readonly Node[], target: Node | undefined): Node {
    const [first, second, third] = args;
    if (target === undefined && token.text === "has") {
      if (args.length !== 1 || first?.kind !== "select" || first.test) {
        throw new SyntaxStop(token.pos, "`has` takes one field, as in `has(a.b)`");
      }
      return { ...first, test: true };
    }
    if (target === undefined || !loops.has(token.text)) return call(token.text, token.pos, args, target);
    const isMapOfThree = token.text === "map" && args.length === 3;
    if (first === undefined || second === undefined || (args.length !== 2 && !isMapOfThree)) {
      throw new SyntaxStop(
        token.pos,
        `\`${token.text}\` takes a name and ${token.text === "map" ? "one or two expressions" : "an expression"}`,
      );
    }
    if (first.kind !== "ident")
      throw new SyntaxStop(first.pos, `the first argument of \`${token.text}\` must be a name`);
    const condition = isMapOfThree ? second : undefined;
    const body = isMapOfThree ? (third as Node) : second;
    return node(
      {
        kind: "loop",
        name: token.text as LoopName,
        range: target,
        variable: first.name,
        condition,
        body,
        slot: -1,
        pos: token.pos,
      },
      [target, condition, body],
    );
  }

  return {
    parseAll(): Node {
      const root = parseExpr();
      if (peek().kind !== "end") unexpected();
      return root;
    },
  };
}
