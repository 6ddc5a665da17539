import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { compile, evaluate } from "@holdpoint/core";
import type { Case } from "../../tools/measure";
import { benign200 } from "./texts";

/** What one scan of 200 benign characters may take, in microseconds: without the learned tier, and with it. */
const mostUs = { phrases: 3, learned: 40 };

/** Texts of our own, as people, programs and documents send them, by language, `code` or `data`. */
function readOrdinary(): { readonly group: string; readonly text: string }[] {
  const lines = readFileSync(new URL("../../quality/own/ordinary.txt", import.meta.url), "utf8").split("\n");
  return lines.flatMap((line) => {
    const [, group, text] = /^(\w+): (.*)$/.exec(line) ?? [];
    return group === undefined || text === undefined ? [] : [{ group, text: text.replaceAll("\\n", "\n") }];
  });
}

const policies = (learned: boolean) => [
  { id: "injection", policyType: "injection_scan", enforcementMode: "block", ruleDefinition: { learned } },
  { id: "pii", policyType: "pii_access", enforcementMode: "warn", ruleDefinition: { mask_input: true } },
  { id: "secrets", policyType: "secret_leak", enforcementMode: "block", ruleDefinition: {} },
];

/** A whole decision over one text after the other; in a row of few texts each is soon known, in all of them hardly one. */
function scan(name: string, texts: readonly string[], learned: boolean): Case {
  const compiled = compile(policies(learned));
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const requests = texts.map((input) => ({ agentId: "support-bot", input }));
  const nothingSpent = { read: () => 0, session: () => undefined };
  const clock = () => 0;
  let next = 0;
  return {
    name: `evaluate/${name}${learned ? "-learned" : ""}`,
    mostUs: learned ? mostUs.learned : mostUs.phrases,
    run() {
      next = next + 1 < requests.length ? next + 1 : 0;
      return evaluate(compiled.plan, requests[next], nothingSpent, clock);
    },
    check() {
      for (const request of requests)
        assert.equal(evaluate(compiled.plan, request, nothingSpent, clock).verdict, "allow", request.input);
    },
  };
}

/** Injection, personal data and secrets in texts of up to some 200 characters: the sentence, English, and every language. */
export function listScanCases(): Case[] {
  const ordinary = readOrdinary();
  const english = ordinary.filter(({ group }) => group === "en").map(({ text }) => text);
  const all = ordinary.map(({ text }) => text);
  return [false, true].flatMap((learned) => [
    scan("scan-200", [benign200], learned),
    scan("scan-english", english, learned),
    scan("scan-ordinary", all, learned),
  ]);
}
