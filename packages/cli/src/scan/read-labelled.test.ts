import { describe, expect, it } from "vitest";
import { readLabelled } from "./read-labelled";

const lines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const labelsOf = async (rows: readonly object[], options = {}): Promise<(string | undefined)[]> =>
  (await readLabelled(lines(rows), "rows.jsonl", options)).rows.map(({ label }) => label);

describe("readLabelled", () => {
  it("reads yes and no as public data sets write them", async () => {
    const yes = [
      "attack",
      "injection",
      "jailbreak",
      "Prompt_Injection",
      "UNSAFE",
      "malicious",
      "harmful",
      "1",
      "1.0",
      1,
      true,
      "True",
      "yes",
    ];
    const no = ["benign", "Safe", "0", "0.0", 0, false, "FALSE", "no", "legitimate", "not_injection"];
    expect(await labelsOf(yes.map((label) => ({ text: "a", label })))).toEqual(yes.map(() => "attack"));
    expect(await labelsOf(no.map((label) => ({ text: "a", label })))).toEqual(no.map(() => "benign"));
    expect(
      await labelsOf([
        { text: "a", label: "letter" },
        { text: "a", label: 2 },
        { text: "a", label: null },
      ]),
    ).toEqual(["letter", "2", undefined]);
  });

  it("counts words of attacks in groups of their own unless a tier says another", async () => {
    const { rows } = await readLabelled(
      lines([
        { text: "a", label: "jailbreak" },
        { text: "a", label: 1 },
        { text: "a", label: "injection", tier: "explicit" },
      ]),
      "rows.jsonl",
    );
    expect(rows.map(({ tier }) => tier)).toEqual(["jailbreak", "attack", "explicit"]);
  });

  it("takes text and label from the names that public data sets give them, and says which", async () => {
    const cases: [object[], string, string | undefined][] = [
      [
        [
          { prompt: "a", type: "jailbreak" },
          { prompt: "b", type: "benign" },
        ],
        "prompt",
        "type",
      ],
      [[{ Prompt: "a", Label: 1 }], "Prompt", "Label"],
      [[{ input: "a", labels: 0 }], "input", "labels"],
      [[{ text: "a", prompt: "b", is_injection: true }], "text", "is_injection"],
      [[{ text: "a", label: "attack", type: "benign" }], "text", "label"],
      [
        [
          { text: "a", type: "benign" },
          { text: "b", type: "letter" },
        ],
        "text",
        undefined,
      ],
      [[{ text: "a", judged: ["hate"], labels: ["hate"] }], "text", undefined],
    ];
    for (const [rows, field, labelField] of cases)
      expect(await readLabelled(lines(rows), "rows.jsonl"), JSON.stringify(rows)).toMatchObject({ field, labelField });
  });

  it("takes them from where it is told, whatever else stands there", async () => {
    const rows = [{ text: "a", question: "b", label: 1, verdict: "safe" }];
    const read = await readLabelled(lines(rows), "rows.jsonl", { field: "question", label: "verdict" });
    expect(read.rows).toEqual([{ text: "b", label: "benign", tier: "benign" }]);
    await expect(readLabelled(lines(rows), "rows.jsonl", { label: "verdikt" })).rejects.toThrow(
      "rows.jsonl: nothing is named `verdikt` (here: text, question, label, verdict)",
    );
  });

  it("says nothing of what was read as it stands", async () => {
    const read = await readLabelled(
      lines([
        { text: "a", label: "attack" },
        { text: "b", label: "benign" },
      ]),
      "x.jsonl",
    );
    expect(read.readAs).toEqual([]);
  });

  it("reads a JSON list, and tells entries by their number", async () => {
    const { rows } = await readLabelled('[{"text":"a","label":1},\n {"text":"b","label":0}]', "list.json");
    expect(rows.map(({ label }) => label)).toEqual(["attack", "benign"]);
    await expect(readLabelled('[{"text":"a"}, 7]', "list.json")).rejects.toThrow(
      "list.json: entry 2: expected an object",
    );
    await expect(readLabelled('[{"text":"a"},', "list.json")).rejects.toThrow("list.json:1: is not JSON");
  });

  it("reads tables with commas, semicolons or tabs, quoted cells over lines, empty labels as absent", async () => {
    const tables: [string, string][] = [
      ["a.csv", 'text,label,lang\n"one, ""two""\nthree",1,\n\nfour,0,de\n'],
      ["b.csv", 'text;label;lang\r\n"one, ""two""\nthree";1;\r\nfour;0;de\r\n'],
      ["c.tsv", '\ufefftext\tlabel\tlang\n"one, ""two""\nthree"\t1\t\nfour\t0\tde'],
    ];
    for (const [file, source] of tables)
      expect((await readLabelled(source, file)).rows, file).toEqual([
        { text: 'one, "two"\nthree', label: "attack", tier: "attack" },
        { text: "four", label: "benign", tier: "benign", lang: "de" },
      ]);
  });

  it("takes an empty text for a text, and the column of texts for it where the first is empty", async () => {
    const { field, rows } = await readLabelled("id,text,prompt,label\n1,,a,1\n2,b,c,\n3,,,0\n", "a.csv");
    expect(field).toBe("text");
    expect(rows.map(({ text, label }) => [text, label])).toEqual([
      ["", "attack"],
      ["b", undefined],
      ["", "benign"],
    ]);
  });

  it("reads lists in cells as JSON", async () => {
    const source = 'text,spans\nmail jane@example.org,"[{""start"":5,""end"":21,""type"":""EMAIL""}]"\n';
    expect((await readLabelled(source, "a.csv")).rows).toEqual([
      { text: "mail jane@example.org", spans: [{ start: 5, end: 21, type: "EMAIL" }] },
    ]);
    await expect(readLabelled("text,spans\na,b\n", "a.csv")).rejects.toThrow("a.csv:2: expected `spans` to be a list");
  });

  it("tells in one line, with its number, what is wrong with a table, and shows none of its cells", async () => {
    const cases: [string, RegExp][] = [
      ['text,label\nfine,0\n"open,1\n', /^a\.csv:\d: a quote that begins here or before is not closed$/],
      ['text,label\nfine,0\n"shut"secret,1\n', /^a\.csv:3: something follows the closing quote of a cell$/],
      ["text,label\nfine,0\none,two,three\n", /^a\.csv:3: has 3 cells, the first line 2$/],
      ["text,text\na,b\n", /^a\.csv:1: has two columns of one name$/],
      [
        "words,label\na,1\n",
        /^a\.csv:2: expected an object with a field `text` that is a string, `--field` names another \(here: words, label\)$/,
      ],
    ];
    for (const [source, message] of cases) await expect(readLabelled(source, "a.csv"), source).rejects.toThrow(message);
  });

  it("takes names of JavaScript for names", async () => {
    const { rows } = await readLabelled("text,label,__proto__\na,constructor,x\n", "a.csv");
    expect(rows).toEqual([{ text: "a", label: "constructor" }]);
  });
});
