import { describe, expect, it } from "vitest";
import { createTextDetector } from "./detectors";
import { scanLongText } from "./scan-long-text";

const detect = createTextDetector({ detectors: ["pii", "secrets"] });
const token = ["gh", "p_", "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx"].join("");

describe("scanning a long text", () => {
  for (const before of [10, 20, 39, 41]) {
    it(`finds a token once that begins ${before} characters before a border of pieces, and hides it`, () => {
      const lead = `${"word ".repeat(14_000).slice(0, 65_536 - before - 1)} `;
      const { findings, redacted } = scanLongText(`${lead}${token} and more${" words".repeat(4000)}`, detect);
      expect(findings.map(({ category, start, end }) => ({ category, start, end }))).toEqual([
        { category: "github_token", start: lead.length, end: lead.length + token.length },
      ]);
      expect(redacted).not.toContain(token.slice(4, 20));
    });
  }

  it("finds and hides what is long across a border, also soon after a crowd of small things", () => {
    const body = "aB3dE5gH7jK9mN2pQ4sT6vW8xY1zC0f".repeat(55);
    const key = ["-----BEGIN PRIV", "ATE KEY-----", body, "-----END PRIV", "ATE KEY-----"].join("");
    for (const gap of [700, 1400, 5600]) {
      const text = `${"a.b@example.org ".repeat(5000)}${"word ".repeat(gap / 5)}${key} ${"word ".repeat(1000)}`;
      const { findings, redacted } = scanLongText(text, detect);
      const long = findings.filter(({ detector }) => detector === "secrets");
      expect(long.map(({ start, end }) => end - start)).toEqual([key.length]);
      expect(redacted).not.toContain(body.slice(-31));
    }
  }, 30_000);

  it("finds a password whose name stands before the border", () => {
    const lead = `${"word ".repeat(14_000).slice(0, 65_536 - 11)} `;
    const text = `${lead}password = "${["tr0ub4", "dor&3x"].join("")}"${" words".repeat(4000)}`;
    const alone = detect(text.slice(60_000, 70_000)).findings.map(({ category }) => category);
    expect(alone).toHaveLength(1);
    expect(scanLongText(text, detect).findings.map(({ category }) => category)).toEqual(alone);
  });

  it.each([
    "mail anna.k@example.org, ",
    "a.b@example.org ",
    `4111${" 1111".repeat(3)}; `,
    "é a.b@example.org\u{1f600} ",
  ])("finds all of a list in one line, and hides all: %s", (item) => {
    for (const count of [30, 200, 2500]) {
      const { findings, redacted } = scanLongText(item.repeat(count), detect);
      expect(findings).toHaveLength(count);
      expect(redacted).not.toMatch(/example|1111/);
    }
  });

  it("goes on where a border would move into the pair of units that a piece begins with", () => {
    const mail = "a.b@example.org ";
    const text = `\u{1f600}${"x ".repeat(63)} ${mail}\n${mail}${"word ".repeat(1000)}${mail.repeat(30)}`;
    expect(scanLongText(text, detect).findings).toHaveLength(32);
  });

  it("counts columns on through a line of several pieces, and of halves of one", () => {
    const lead = "\u{1f600} x ".repeat(40_000);
    const mails = "a.b@example.org ".repeat(30);
    const { findings } = scanLongText(`first line\n${lead}${mails}\nc.d@example.org`, detect);
    const points = [...lead].length;
    expect(findings.map(({ line, column }) => ({ line, column }))).toEqual([
      ...Array.from({ length: 30 }, (_, index) => ({ line: 2, column: points + 1 + 16 * index })),
      { line: 3, column: 1 },
    ]);
  });
});
