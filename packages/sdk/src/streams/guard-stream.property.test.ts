import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Holdpoint } from "../client/holdpoint";
import { isPolicyBlockedError } from "../gen/errors";
import { textOf } from "../text-of";

const key = ["AKIA", "IOSFODNN7", "EXAMPLE"].join("");
const fragments = fc.constantFrom(
  "Dear Ms Smith, ",
  "write to ann@example.com please ",
  "the card 4111 1111 1111 1111 expires soon\n",
  "call +1 202 555 0143 or (202) 555-0144. ",
  "IBAN DE89 3704 0044 0532 0130 00 ",
  `aws_access_key_id = ${key}\n`,
  "his number is 078-05-1120, ",
  "plain words without anything to find ",
  "請寫信給我們。",
  "naïve 🚀🚀 ",
  "aGVsbG8gd29ybGQsIHRoaXMgaXMgYSB0ZXN0 ",
  "1234 5678 9012 3456 7890 ",
  "\n\n",
  ", ",
  "a",
  "@example.org ",
);
const texts = fc.array(fragments, { maxLength: 60 }).map((parts) => parts.join(""));
/** Pieces of any length, cut inside pairs of surrogates too. */
const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 });

function* cut(text: string, lengths: readonly number[]): Generator<string> {
  for (let at = 0, turn = 0; at < text.length; turn++) {
    const length = lengths[turn % lengths.length] ?? 1;
    yield text.slice(at, at + length);
    at += length;
  }
}

const masking = [
  { id: "pii", policyType: "pii_access", enforcementMode: "monitor", ruleDefinition: { mask_output: true } },
  { id: "keys", policyType: "secret_leak", enforcementMode: "monitor", ruleDefinition: { mask_output: true } },
];
const denying = {
  id: "words",
  policyType: "keyword_filter",
  enforcementMode: "block",
  ruleDefinition: { mode: "deny", match: "substring", terms: ["expires soon", "請寫信"] },
};

const read = async (parts: AsyncIterable<string>): Promise<{ text: string; error?: unknown }> => {
  let text = "";
  try {
    for await (const part of parts) text += part;
    return { text };
  } catch (error) {
    return { text, error };
  }
};

describe("a stream of text, wherever it is cut", () => {
  it("gives what the whole text is given out as", async () => {
    const hp = await Holdpoint.create({ policies: masking });
    await fc.assert(
      fc.asyncProperty(texts, cuts, async (text, lengths) => {
        const whole = textOf(await hp.enforceOutput({ agentId: "bot", output: text }), "/output", text);
        expect(await read(hp.guardStream(cut(text, lengths), { agentId: "bot" }))).toEqual({ text: whole });
      }),
      { numRuns: 200 },
    );
  });

  it("writes the same tokens as for the whole text, and they are restored", async () => {
    const tokenize = { ...masking[0], ruleDefinition: { mask_output: true, strategy: "tokenize" } };
    const hp = await Holdpoint.create({ policies: [tokenize] });
    await fc.assert(
      fc.asyncProperty(texts, cuts, async (text, lengths) => {
        const vault = hp.createTokenVault();
        const whole = textOf(await hp.enforceOutput({ agentId: "bot", output: text }, { vault }), "/output", text);
        const flowed = await read(hp.guardStream(cut(text, lengths), { agentId: "bot" }, { vault }));
        expect(flowed).toEqual({ text: whole });
        expect(hp.restore(flowed.text, vault)).toBe(text);
      }),
      { numRuns: 60 },
    );
  });

  it("is cut exactly where the whole is blocked, and nothing of the finding is out", async () => {
    const hp = await Holdpoint.create({ policies: [...masking, denying] });
    await fc.assert(
      fc.asyncProperty(texts, cuts, async (text, lengths) => {
        const verdict = hp.evaluate({ agentId: "bot", phase: "output", output: text });
        const { text: out, error } = await read(hp.guardStream(cut(text, lengths), { agentId: "bot" }));
        expect(isPolicyBlockedError(error)).toBe(!verdict.allowed);
        expect(out).not.toMatch(/expires soon|請寫信/);
        if (verdict.allowed) expect(out).toBe(textOf(verdict, "/output", text));
      }),
      { numRuns: 200 },
    );
  });
});
