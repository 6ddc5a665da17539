import { generateKeyPairSync, sign } from "node:crypto";
import { type ApprovalCertificate, canonicalJson, limits, type SignedBundle } from "@holdpoint/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createNodePlatform } from "../platform/node-platform";
import { writePae } from "../trust/dsse";
import { createCertificateChecker, type TrustedKeys } from "./certificate-checker";
import { createSpentCertificates } from "./spent-certificates";
import { certificatePayloadType, verifyCertificate } from "./verify-certificate";

const { crypto } = createNodePlatform();
const createSigner = (kid: string) => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const key = { kid, x: publicKey.export({ format: "jwk" }).x ?? "" };
  const signDocument = (document: unknown, type = certificatePayloadType): SignedBundle => {
    const body = Buffer.from(canonicalJson(document), "utf8");
    const sig = sign(null, writePae(type, body), privateKey).toString("base64");
    return { payloadType: type, payload: body.toString("base64"), signatures: [{ keyid: kid, sig }] };
  };
  return { key, signDocument };
};
const ours = createSigner("ours");
const stranger = createSigner("stranger");

const nowMs = Date.parse("2026-06-01T12:00:00Z");
const demand = {
  approvalId: "apr_1",
  organizationId: "org",
  agentId: "bot",
  actionHash: "ab".repeat(32),
  nonce: "n".repeat(32),
  bundleDigest: "cd".repeat(32),
};
const document: ApprovalCertificate = {
  ...demand,
  approver: "ana",
  approverKey: "key:1",
  issuedAt: new Date(nowMs).toISOString(),
  expiresAt: new Date(nowMs + limits.certificateLifetimeMs).toISOString(),
};
const good = ours.signDocument(document);
const verify = async (certificate: unknown, at = nowMs, keys = [ours.key]) => {
  const result = await verifyCertificate(certificate, demand, { keys, crypto, nowMs: at });
  return result.ok ? "ok" : result.problem;
};

describe("a certificate", () => {
  it("is good as it was signed", async () => {
    expect(await verify(good)).toBe("ok");
    expect(await verify(good, nowMs, [stranger.key, ours.key])).toBe("ok");
  });

  it.each<[string, unknown]>([
    ["missing", undefined],
    ["missing", null],
    ["unreadable", "x"],
    ["unreadable", {}],
    ["unreadable", { ...good, more: 1 }],
    ["unreadable", { ...good, payloadType: "text/plain" }],
    ["unreadable", { ...good, signatures: [] }],
    ["unreadable", { ...good, signatures: [...(good.signatures ?? []), ...(good.signatures ?? [])] }],
    ["unreadable", { ...good, payload: `${good.payload} ` }],
    ["unreadable", { ...good, payload: "A".repeat(limits.maxCertificateChars) }],
    ["unreadable", ours.signDocument({ ...document, more: 1 })],
    ["unreadable", ours.signDocument([document])],
    ["unsigned", stranger.signDocument(document)],
    ["unsigned", { ...ours.signDocument({ ...document, approver: "eve" }), signatures: good.signatures }],
    ["unsigned", { ...good, signatures: [{ keyid: "stranger", sig: good.signatures?.[0]?.sig }] }],
    ["unsigned", { ...ours.signDocument(document, "text/plain"), payloadType: certificatePayloadType }],
  ])("is %s: %#", async (problem, certificate) => {
    expect(await verify(certificate)).toBe(problem);
  });

  it("needs a key", async () => {
    expect(await verify(good, nowMs, [])).toBe("keys_unavailable");
    expect(await verify(good, nowMs, [stranger.key])).toBe("unsigned");
    expect(await verify(good, nowMs, [{ ...ours.key, x: "AAAA" }])).toBe("unsigned");
  });

  it("is in force from its issue to its end, give or take the clocks", async () => {
    const { certificateClockSkewMs: skew, certificateLifetimeMs: life } = limits;
    const at = (ms: number) => verify(good, nowMs + ms);
    expect(await at(-skew)).toBe("ok");
    expect(await at(-skew - 1)).toBe("expired");
    expect(await at(life + skew - 1)).toBe("ok");
    expect(await at(life + skew)).toBe("expired");
    expect(await at(Number.NaN)).toBe("expired");
    const longer = { ...document, expiresAt: new Date(nowMs + life + 1).toISOString() };
    expect(await verify(ours.signDocument(longer))).toBe("expired");
  });

  it("is no good with any one character changed, added or taken away, wherever", async () => {
    const text = JSON.stringify(good);
    const edits = fc.record({
      at: fc.nat(text.length - 1),
      kind: fc.constantFrom("replace", "insert", "delete"),
      char: fc.constantFrom(...'ABCXYZabcxyz0189+/=-_ "{}[],:.\\\u0000é'),
    });
    await fc.assert(
      fc.asyncProperty(edits, async ({ at, kind, char }) => {
        const mutated =
          text.slice(0, at) + (kind === "delete" ? "" : char) + text.slice(kind === "insert" ? at : at + 1);
        fc.pre(mutated !== text);
        let parsed: unknown;
        try {
          parsed = JSON.parse(mutated);
        } catch {
          return;
        }
        // White space between the tokens of JSON is no change of the document.
        fc.pre(canonicalJson(parsed) !== canonicalJson(good));
        expect(await verify(parsed)).not.toBe("ok");
      }),
      { numRuns: 3000 },
    );
  });

  it("is no good with any bit of its payload or its signature flipped", async () => {
    const flip = (base64: string, bit: number): string => {
      const bytes = Buffer.from(base64, "base64");
      const index = Math.floor(bit / 8) % bytes.length;
      bytes[index] = (bytes[index] as number) ^ (1 << (bit % 8));
      return bytes.toString("base64");
    };
    const [signature] = good.signatures ?? [];
    await fc.assert(
      fc.asyncProperty(fc.nat(100_000), fc.boolean(), async (bit, inPayload) => {
        const mutated = inPayload
          ? { ...good, payload: flip(good.payload, bit) }
          : { ...good, signatures: [{ keyid: "ours", sig: flip(signature?.sig ?? "", bit) }] };
        expect(await verify(mutated)).toBe("unsigned");
      }),
      { numRuns: 1000 },
    );
  });

  it("is no good for any other step, even when it is signed", async () => {
    const problems = {
      approvalId: "wrong_approval",
      organizationId: "wrong_tenant",
      agentId: "wrong_agent",
      actionHash: "wrong_action",
      nonce: "wrong_nonce",
      bundleDigest: "wrong_bundle",
    } as const;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...(Object.keys(problems) as (keyof typeof problems)[])),
        fc.string(),
        async (name, text) => {
          fc.pre(text !== demand[name]);
          expect(await verify(ours.signDocument({ ...document, [name]: text }))).toBe(problems[name]);
        },
      ),
    );
  });
});

describe("the checker of certificates", () => {
  const keysOf = (load: TrustedKeys["load"], renewed: (typeof ours.key)[] = []): TrustedKeys => ({
    load,
    renew: async () => renewed.length > 0,
    known: () => renewed,
  });
  const create = (keys: TrustedKeys, spent = createSpentCertificates()) =>
    createCertificateChecker({ keys, crypto, clock: () => nowMs, spent });

  it("lets a certificate pass once", async () => {
    const checker = create(keysOf(async () => ({ ok: true, keys: [ours.key] })));
    expect(await checker.check(good, demand)).toMatchObject({
      ok: true,
      proof: { approver: "ana", certificate: good },
    });
    expect(await checker.check(good, demand)).toEqual({ ok: false, problem: "replayed" });
    const other = ours.signDocument({ ...document, nonce: "m".repeat(32) });
    expect(await checker.check(other, { ...demand, nonce: "m".repeat(32) })).toEqual({
      ok: false,
      problem: "replayed",
    });
  });

  it("asks for the keys anew when none of the known ones has signed", async () => {
    const rotated = keysOf(async () => ({ ok: true, keys: [stranger.key] }), [ours.key]);
    expect((await create(rotated).check(good, demand)).ok).toBe(true);
    const forged = stranger.signDocument(document);
    const still = keysOf(async () => ({ ok: true, keys: [ours.key] }), [ours.key]);
    expect(await create(still).check(forged, demand)).toEqual({ ok: false, problem: "unsigned" });
  });

  it("holds where the keys cannot be had, and where it cannot remember one more", async () => {
    expect(await create(keysOf(async () => ({ ok: false }))).check(good, demand)).toEqual({
      ok: false,
      problem: "keys_unavailable",
    });
    const full = createSpentCertificates(1);
    expect(full.spend({ ...document, approvalId: "a", nonce: "b" }, nowMs)).toBe(true);
    const trusted = keysOf(async () => ({ ok: true, keys: [ours.key] }));
    expect(await create(trusted, full).check(good, demand)).toEqual({ ok: false, problem: "replayed" });
  });

  it("forgets what has expired by every clock, and only then", () => {
    const spent = createSpentCertificates(1);
    const endMs = Date.parse(document.expiresAt) + 2 * limits.certificateClockSkewMs;
    expect(spent.spend(document, nowMs)).toBe(true);
    expect(spent.spend({ ...document, approvalId: "x", nonce: "y" }, endMs - 1)).toBe(false);
    expect(spent.spend({ ...document, approvalId: "x", nonce: "y" }, endMs)).toBe(true);
  });
});
