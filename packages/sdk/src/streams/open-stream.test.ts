import { describe, expect, it } from "vitest";
import { Holdpoint } from "../client/holdpoint";
import { isAgentPausedError, isPolicyBlockedError } from "../gen/errors";
import type { DecisionEvent } from "../types";
import { openStream } from "./open-stream";

const words = { mode: "deny", match: "word", terms: ["forbidden"] };
const deny = { id: "words", policyType: "keyword_filter", enforcementMode: "block", ruleDefinition: words };
const mask = { id: "mask", policyType: "pii_access", enforcementMode: "warn", ruleDefinition: { mask_output: true } };
const filler = "plain words without any meaning, ";
const bot = { agentId: "bot" };

async function create() {
  const hp = await Holdpoint.create({ policies: [deny, mask] });
  const decisions: DecisionEvent[] = [];
  hp.on("decision", (event) => decisions.push(event));
  return { hp, decisions };
}

describe("a stream that is written", () => {
  it("gives back what guardStream lets out, a hold-back behind, and the rest at its end", async () => {
    const { hp, decisions } = await create();
    const stream = openStream(hp, bot);
    const pieces = [...Array.from({ length: 40 }, () => filler), "write to ann@", "example.com now"];
    let out = "";
    let firstAt = 0;
    for (const [index, piece] of pieces.entries()) {
      out += await stream.write(piece);
      if (out !== "") firstAt ||= index;
    }
    expect([firstAt > 0, firstAt < 15]).toEqual([true, true]);
    out += await stream.end();
    expect(out).toBe(`${filler.repeat(40)}write to [EMAIL] now`);
    expect(decisions.map(({ decision }) => decision.phase)).toEqual(["output"]);
  });

  it("rejects once its text is cut, and at every later call", async () => {
    const { hp } = await create();
    const stream = openStream(hp, bot);
    let out = "";
    const write = async () => {
      for (const piece of [filler.repeat(20), "a forbidden thing ", ...Array(40).fill(filler)])
        out += await stream.write(piece);
    };
    const error = await write().catch((caught: unknown) => caught);
    expect(isPolicyBlockedError(error)).toBe(true);
    expect(out.length).toBeGreaterThan(200);
    expect(out).not.toContain("forbidden");
    expect(await stream.end().catch((caught: unknown) => caught)).toBe(error);
  });

  it("does not begin for a paused agent", async () => {
    const { hp } = await create();
    hp.pauseAgent("bot");
    expect(
      isAgentPausedError(
        await openStream(hp, bot)
          .write("hi")
          .catch((error: unknown) => error),
      ),
    ).toBe(true);
  });

  it("records what was said when nobody reads on", async () => {
    const { hp, decisions } = await create();
    const stream = openStream(hp, bot);
    await stream.write(filler);
    await stream.cancel();
    expect(decisions).toHaveLength(1);
    await openStream(hp, bot).cancel();
    expect(decisions).toHaveLength(1);
  });

  it("may be empty", async () => {
    const { hp } = await create();
    expect(await openStream(hp, bot).end()).toBe("");
  });
});
