import { limits } from "@holdpoint/core";
import { describe, expect, test } from "vitest";
import type { TestServer } from "./test-server";

const apiKey = ["sk", "of", "a", "test"].join("-");
const guard = {
  name: "guard",
  url: "https://models.example.com/v1/moderations",
  kind: "moderations",
  model: "m",
  apiKey,
};

export function classifiersSuite(server: () => TestServer): void {
  const call: TestServer["call"] = (...parts) => server().call(...parts);

  describe("classifiers", () => {
    test("are kept with their defaults, and their keys shown to nobody", async () => {
      const { status, body } = await call("POST", "/classifiers", guard);
      const { apiKey: _, ...shown } = guard;
      const kept = {
        ...shown,
        timeoutMs: 2000,
        failMode: "closed",
        redact: false,
        hasKey: true,
        createdAt: expect.any(String),
        createdBy: expect.stringMatching(/^key:/),
      };
      expect([status, body.data]).toEqual([201, kept]);
      const seen = await Promise.all(
        ["/classifiers", "/sdk/bundle", "/audit?limit=500"].map((path) => call("GET", path)),
      );
      expect(seen[0]?.body.data).toEqual([kept]);
      const rows = await server().database.query<{ sealed: Uint8Array }>("SELECT * FROM holdpoint.classifiers");
      const stored = Buffer.from(rows[0]?.sealed ?? []).toString("latin1");
      const bundle = Buffer.from(seen[1]?.body.payload, "base64").toString();
      for (const text of [...seen.map(({ body }) => JSON.stringify(body)), bundle, JSON.stringify(rows), stored])
        expect(text).not.toContain(apiKey);
    });

    test("are replaced as a whole, and a new version of the bundle says so", async () => {
      const versionOf = async () =>
        JSON.parse(Buffer.from((await call("GET", "/sdk/bundle")).body.payload, "base64").toString()).version;
      const before = await versionOf();
      const { apiKey: _, ...bare } = guard;
      const { body } = await call("POST", "/classifiers", { ...bare, kind: "chat", question: "Is it rude?" });
      expect(body.data).toMatchObject({ kind: "chat", question: "Is it rude?", hasKey: false });
      expect((await call("GET", "/classifiers")).body.data).toHaveLength(1);
      expect(await versionOf()).toBeGreaterThan(before);
    });

    test.each([
      ["no name", { name: undefined }, "/name"],
      ["a name with a blank", { name: "a b" }, "/name"],
      ["a name that policies use for the built-in one", { name: "builtin" }, "/name"],
      ["http", { url: "http://models.example.com/v1" }, "/url"],
      ["a private address", { url: "https://10.0.0.1/v1" }, "/url"],
      ["an address with a user", { url: "https://u:w@models.example.com/v1" }, "/url"],
      ["leave to reach private addresses", { allowPrivate: true }, "/allowPrivate"],
      ["a variable of this server's environment", { apiKeyEnv: "DATABASE_URL" }, "/apiKeyEnv"],
      ["another kind", { kind: "rerank" }, "/kind"],
      ["no model", { model: "" }, "/model"],
      ["a key with a line break", { apiKey: "a\nb" }, "/apiKey"],
      ["a time that is too long", { timeoutMs: 30_001 }, "/timeoutMs"],
      ["a time that is no number", { timeoutMs: "1000" }, "/timeoutMs"],
      ["another fail mode", { failMode: "ajar" }, "/failMode"],
      ["a text for a yes or no", { redact: "yes" }, "/redact"],
      ["a question to moderations", { question: "why?" }, "/question"],
      ["a question that is too long", { kind: "chat", question: "q".repeat(4097) }, "/question"],
      ["embeddings without examples", { kind: "embeddings" }, "/examples"],
      ["an empty list of examples", { kind: "embeddings", examples: { a: [] } }, "/examples"],
    ])("with %s are refused, naming the member, and nothing is kept", async (_, more, pointer) => {
      const { status, body } = await call("POST", "/classifiers", { ...guard, ...more });
      expect([status, body.error?.fields[0].pointer]).toEqual([400, pointer]);
      expect(JSON.stringify(body)).not.toContain(apiKey);
      expect((await call("GET", "/classifiers")).body.data).toHaveLength(1);
    });

    test("are for administrators, and for their own organisation", async () => {
      const { keys, otherOwnerKey } = server();
      for (const key of [keys.sdk, keys.viewer, keys.developer]) {
        expect((await call("POST", "/classifiers", guard, { key })).status).toBe(403);
        expect((await call("GET", "/classifiers", undefined, { key })).status).toBe(403);
        expect((await call("DELETE", "/classifiers/guard", undefined, { key })).status).toBe(403);
      }
      expect((await call("GET", "/classifiers", undefined, { key: otherOwnerKey })).body.data).toEqual([]);
      expect((await call("DELETE", "/classifiers/guard", undefined, { key: otherOwnerKey })).status).toBe(404);
    });

    test("are no more than may be", async () => {
      for (let index = 1; index < limits.maxClassifiers; index++)
        expect((await call("POST", "/classifiers", { ...guard, name: `more-${index}` })).status).toBe(201);
      const { status } = await call("POST", "/classifiers", { ...guard, name: "one-too-many" });
      expect(status).toBe(409);
      expect((await call("GET", "/classifiers")).body.data).toHaveLength(limits.maxClassifiers);
    });

    test("are forgotten, and all of it is in the log", async () => {
      for (const { name } of (await call("GET", "/classifiers")).body.data)
        expect((await call("DELETE", `/classifiers/${name}`)).status).toBe(204);
      expect((await call("DELETE", "/classifiers/guard")).status).toBe(404);
      const lines = (await call("GET", "/audit?limit=500")).body.data.filter(
        ({ targetId }: { targetId: string }) => targetId === "guard",
      );
      expect(lines.map(({ action }: { action: string }) => action)).toEqual(
        expect.arrayContaining(["classifier.set", "classifier.deleted"]),
      );
    });
  });
}
