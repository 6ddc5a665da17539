import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { canonical } from "./canonical";
import { expand } from "./expand";
import { createFrame } from "./frame";
import { loadVectors } from "./load-vectors";
import { isDenying } from "./vector";

const root = fileURLToPath(new URL("../..", import.meta.url));
const cases = loadVectors(join(root, "conformance/vectors"), join(root, "conformance/schema/vector.schema.json"));
const byId = new Map(cases.map((item) => [item.id, item]));
const specification = readFileSync(join(root, "spec/SPECIFICATION.md"), "utf8");
const listClauses = (text: string): string[] =>
  [...text.matchAll(/\*\*([A-Z]-\d+)/g)].map((match) => match[1] as string);
const own = listClauses(specification);
const clauseFolder = join(root, "spec/clauses");
const others = readdirSync(clauseFolder).flatMap((name) => listClauses(readFileSync(join(clauseFolder, name), "utf8")));

describe("the vectors", () => {
  it("are at least 900, all of which fit the schema", () => {
    expect(cases.length).toBeGreaterThanOrEqual(900);
  });

  it("name only clauses that there are", () => {
    const known = new Set([...own, ...others]);
    expect(
      cases.flatMap(({ id, clauses }) =>
        clauses.filter((clause) => !known.has(clause)).map((clause) => `${id}: ${clause}`),
      ),
    ).toEqual([]);
  });

  it("name every clause of the specification, but those whose test the specification names", () => {
    const table = new Set([...specification.matchAll(/^\| ([A-Z]-\d+) \|/gm)].map((match) => match[1]));
    const named = new Set(cases.flatMap(({ clauses }) => clauses));
    expect(own.filter((clause) => !named.has(clause) && !table.has(clause))).toEqual([]);
  });

  it("have no clause number twice", () => {
    const all = [...own, ...others];
    expect(all.filter((clause, index) => all.indexOf(clause) !== index)).toEqual([]);
  });

  it("have an allowing neighbour beside every denying case", () => {
    const lonely = cases.filter(
      (item) => isDenying(item) && byId.get(item.neighbour ?? "")?.expect["allowed"] !== true,
    );
    expect(lonely.map(({ id }) => id)).toEqual([]);
  });

  it("never have a neighbour with the same input", () => {
    const same = cases.filter((item) => {
      const neighbour = item.neighbour === undefined ? undefined : byId.get(item.neighbour);
      return neighbour && createFrame(neighbour, "x") === createFrame(item, "x");
    });
    expect(same.map(({ id }) => id)).toEqual([]);
  });

  it("say why for every denial, and where for every refusal", () => {
    const vague = cases.filter(
      ({ expect: wanted }) => wanted["allowed"] === false && !(wanted["violations"] as unknown[])?.length,
    );
    expect(vague.map(({ id }) => id)).toEqual([]);
  });

  it("hold verdict and allowed together", () => {
    const holding = ["require_approval", "block", "paused"];
    const odd = cases.filter(
      ({ expect: wanted }) => "verdict" in wanted && holding.includes(String(wanted["verdict"])) === wanted["allowed"],
    );
    expect(odd.map(({ id }) => id)).toEqual([]);
  });

  it("point only to cases before them as the same", () => {
    const order = new Map(cases.map(({ id }, index) => [id, index]));
    const odd = cases.filter(
      ({ id, sameAs }) => sameAs !== undefined && !((order.get(sameAs) ?? Infinity) < (order.get(id) ?? 0)),
    );
    expect(odd.map(({ id }) => id)).toEqual([]);
  });

  it("send no expectation, id or title over the wire", () => {
    for (const item of cases) {
      const names = Object.keys(JSON.parse(createFrame(item, "f")) as object);
      expect(
        names.filter((name) => ["id", "title", "clauses", "expect", "neighbour", "sameAs"].includes(name)),
      ).toEqual([]);
    }
  });
});

describe("what vectors abbreviate", () => {
  it("is written out", () => {
    expect(expand({ a: { $repeat: "ab", times: 2 }, b: { $nest: 2 } })).toEqual({ a: "abab", b: { a: { a: 0 } } });
    expect(expand({ $list: { id: "p{i}", before: ["p{i-1}"] }, times: 2 })).toEqual([
      { id: "p0", before: ["p-1"] },
      { id: "p1", before: ["p0"] },
    ]);
    expect(expand({ $concat: [[1], { $list: 2, times: 2 }] })).toEqual([1, 2, 2]);
  });
});

describe("the runner's own canonical JSON", () => {
  it("sorts members by UTF-16 code units and writes no white space", () => {
    expect(canonical({ "～": 1, "😀": [1.5, "a"], a: null })).toBe('{"a":null,"😀":[1.5,"a"],"～":1}');
  });
});
