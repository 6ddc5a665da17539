import { describe, expect, it } from "vitest";
import { type SecretKind, secretKinds, secretProviders } from "../gen/secrets";
import { compileSet } from "../match/index";
import { createRandom, drawMatch, type Random } from "./draw-match.suite";
import { measureEntropy } from "./entropy";
import { findValue } from "./secret-values";
import { findSecrets, listSecretPatterns, listSecretSignals, type SecretFinding, secretKindNames } from "./secrets";
import { scanText } from "./text-scan";

const compiled = compileSet(listSecretPatterns());
if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
const { set } = compiled;
const signals = listSecretSignals();

const find = (value: string, minEntropy = 3500): SecretFinding[] =>
  findSecrets(scanText({ role: "input", path: "/input", value }, set), set, signals, () => true, minEntropy);

/** Kinds found by what a name assigns may be told by a provider's name beside it. */
const providers = new Set(secretProviders.map(({ kind }) => kind));
const isOf = (kind: string) => (found: SecretFinding) =>
  found.kind === kind || (kind.startsWith("generic") && providers.has(found.kind));

/** What is drawn from a pattern, with the beginning that its kind asks for beyond it. */
const drawCredential = ({ begins }: SecretKind, source: string, random: Random): string => {
  const drawn = drawMatch(source, random);
  if (begins === "") return drawn;
  let at = 0;
  while (drawn.charAt(at) === begins.charAt(0)) at++;
  return begins + drawn.slice(at);
};

describe("secrets", () => {
  it("has more than 200 kinds, each named once", () => {
    expect(new Set(secretKindNames).size).toBe(secretKindNames.length);
    expect(secretKindNames.length).toBeGreaterThan(200);
    expect(secretKinds.length).toBeGreaterThan(120);
  });

  for (const kind of secretKinds) {
    for (const { id, source } of kind.patterns) {
      it(`finds what is drawn from ${id}, and none of what only stands in its place`, () => {
        const random = createRandom(7);
        let found = 0;
        for (let tries = 0; tries < 60 && found < 3; tries++) {
          const text = `note ${drawCredential(kind, source, random)} end`;
          const place = set.spans(text, set.ids.indexOf(id))[0];
          if (!place || !find(text).some((one) => isOf(kind.kind)(one) || one.confidence >= 0.9)) continue;
          found++;
          const value = findValue(text.slice(place.start, place.end), kind.value);
          if (!value || kind.kind === "private_key" || kind.kind === "gcp_service_account") continue;
          const [from, to] = [place.start + value.start, place.start + value.end];
          const blotted = (char: string): string => text.slice(0, from) + char.repeat(to - from) + text.slice(to);
          expect(find(blotted("x"))).toEqual([]);
          expect(find(blotted("*"))).toEqual([]);
          const half = from + Math.floor((to - from) / 2);
          const sample = `${text.slice(0, half)}EXAMPLE${text.slice(half)}`;
          expect(find(sample).filter(({ start, end }) => start <= half && end >= half + 7)).toEqual([]);
        }
        expect(found).toBeGreaterThan(0);
      });
    }
  }

  it("counts neither too few characters nor too many of a form with a fixed length", () => {
    const body = "Q3ZTE5RK7WLMX2PA";
    expect(find(`id ${"AK"}IA${body} end`).map(({ kind }) => kind)).toEqual(["aws_access_key_id"]);
    expect(find(`id ${"AK"}IA${body.slice(1)} end`)).toEqual([]);
    expect(find(`id ${"AK"}IA${body}B end`)).toEqual([]);
    expect(find(`id x${"AK"}IA${body} end`)).toEqual([]);
  });

  it("leaves digests, ids, versions, times and prose alone", () => {
    const innocent = [
      "commit 83c586381bf5ba94c8d9ba8b6b92beb0997d76c2 of 2024-05-19T14:39:22Z",
      "uuid 625e63f3-58f5-40b7-83a1-a72ad31acffb, version 1.0.0-rc.1+build.123",
      "The token is a short piece of text; the secret of good bread is time.",
      "const token = await getToken(request.headers.authorization);",
      "password: process.env.DB_PASSWORD, secretKey: config.get('secret.key')",
      "max_tokens = 4096, tokenizer: bert-base-uncased, key: value",
      "Set Authorization: Bearer <your token> and password=your-password-here",
      "api_key=YOUR_API_KEY token=xxxxxxxxxxxxxxxxxxxx secret=${SECRET}",
      "postgres://user:${PASSWORD}@localhost:5432/app",
      "cache_key = 'a1b2c3d4e5f6a7b8c9d0', checksum: 9f86d081884c7d659a2feaa0c55ad015",
    ];
    for (const text of innocent) expect(find(text), text).toEqual([]);
  });

  it("names the provider whose word stands nearest", () => {
    const value = ["9fei34fyl", "tkhddjqy977zp"].join("");
    expect(find(`stripe and trello_token = "${value}"`)[0]?.kind).toBe("trello_credential");
    expect(find(`my_token = "${value}"`)[0]?.kind).toBe("generic_secret");
  });

  it("asks for as much entropy as the rule says, as far as a value's length and alphabet allow", () => {
    const text = `session_token = "${["a1b2", "a1b2", "a1b2", "a1b2"].join("")}"`;
    expect(find(text, 3500)).toEqual([]);
    expect(find(text, 1500)).toHaveLength(1);
  });

  it("finds a secret that is encoded, and one that decoding would hide, in the offsets of the text as written", () => {
    const token = ["gh", "p_", "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx"].join("");
    const encoded = btoa(`the token is ${token} ok`);
    expect(find(`data ${encoded}`).map(({ kind }) => kind)).toEqual(["github_token"]);
    const jwt = [btoa('{"alg":"HS256"}'), btoa('{"sub":"1234567890"}'), "kvRPfjAhLhtRTczoRgctVGp7KY1QVH3U"].join(".");
    const found = find(`x ${jwt.replaceAll("=", "")} y`);
    expect(found.map(({ kind }) => kind)).toEqual(["jwt"]);
    expect(found[0]?.start).toBe(2);
  });

  it("measures entropy in whole numbers", () => {
    expect(measureEntropy("")).toBe(0);
    expect(measureEntropy("aaaa")).toBe(0);
    expect(measureEntropy("abcd")).toBe(2000);
    expect(measureEntropy("aabb")).toBe(1000);
    expect(measureEntropy("abc")).toBe(1584);
  });
});
