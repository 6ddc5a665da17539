import { describe, expect, it } from "vitest";
import { Holdpoint } from "./holdpoint";

const policies = [
  {
    id: "pii",
    policyType: "pii_access",
    enforcementMode: "monitor",
    ruleDefinition: { strategy: "tokenize", mask_input: true, mask_output: true },
  },
];

describe("tokens", () => {
  it("hide values from the model and give them back in what it says", async () => {
    const hp = await Holdpoint.create({ policies });
    const vault = hp.createTokenVault();
    const decision = await hp.enforcePolicy({ agentId: "bot", input: "write to jane@example.com" }, { vault });
    const shown = decision.transforms[0]?.text ?? "";
    expect(shown).toMatch(/^write to \[\[hp:EMAIL:[0-9a-f]{16}\]\]$/);
    expect(hp.restore(`done: ${shown}`, vault)).toBe("done: write to jane@example.com");

    const restorer = hp.createRestorer(vault, { json: true });
    const pieces = [...`{"text":"${shown}"}`].map((char) => restorer.push(char));
    expect(JSON.parse(pieces.join("") + restorer.end())).toEqual({ text: "write to jane@example.com" });
    await hp.close();
  });

  it("differ from request to request, and are refused where nobody of this request wrote them", async () => {
    const hp = await Holdpoint.create({ policies });
    const [one, other] = [hp.createTokenVault(), hp.createTokenVault()];
    const first = await hp.enforcePolicy({ agentId: "bot", input: "jane@example.com" }, { vault: one });
    const token = first.transforms[0]?.text ?? "";
    const second = await hp.enforcePolicy({ agentId: "bot", input: `see ${token}` }, { vault: other });
    expect(second.violations.map(({ reason }) => reason)).toEqual(["TOKEN_FORGED"]);
    expect(hp.restore(token, other)).toBe(token);
    const again = await hp.enforcePolicy({ agentId: "bot", input: `see ${token}` }, { vault: one });
    expect(again.violations).toEqual([]);
    await hp.close();
  });
});
