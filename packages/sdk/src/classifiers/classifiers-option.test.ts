import { describe, expect, it } from "vitest";
import { Holdpoint } from "../client/holdpoint";
import { failure } from "./guarded-client.suite";

describe("the option `classifiers`", () => {
  const good = { url: "https://models.example.com/v1", kind: "chat", model: "m" };
  it.each<[string, unknown, string]>([
    ["a list", [], "expected an object from names to classifiers"],
    ["a bad name", { "a b": () => 0 }, "expected a name of 1 to 64 letters"],
    ["a reserved name", { builtin: () => 0 }, "means something else"],
    ["a text", { a: "https://x" }, "expected a function, or an object"],
    ["an unknown member", { a: { ...good, timeoutMS: 1 } }, "did you mean `timeoutMs`"],
    ["a time that is too long", { a: { classify: () => 0, timeoutMs: 30_001 } }, "from 1 to 30000"],
    ["a member that is no boolean", { a: { classify: () => 0, redact: 1 } }, "expected `redact`"],
    ["a fail mode that is none", { a: { classify: () => 0, failMode: "maybe" } }, "`closed` or `open`"],
    ["a private address", { a: { ...good, url: "https://127.0.0.1/v1" } }, "say `allowPrivate`"],
    ["http", { a: { ...good, url: "http://models.example.com/v1" } }, "say `allowPrivate`"],
    ["a user in the address", { a: { ...good, url: "http://u:p@h/", allowPrivate: true } }, "http:// or https://"],
    ["no model", { a: { url: good.url, kind: "chat" } }, "expected `model`"],
    ["another kind", { a: { ...good, kind: "completion" } }, "expected `kind`"],
    ["a question for moderations", { a: { ...good, kind: "moderations", question: "?" } }, "for the kind `chat`"],
    ["embeddings without examples", { a: { ...good, kind: "embeddings" } }, "`examples`"],
    ["embeddings with empty examples", { a: { ...good, kind: "embeddings", examples: { x: [] } } }, "`examples`"],
    ["a key and a variable", { a: { ...good, apiKey: "k", apiKeyEnv: "K" } }, "not both"],
    ["a variable that is not set", { a: { ...good, apiKeyEnv: "HOLDPOINT_NO_SUCH_KEY" } }, "`HOLDPOINT_NO_SUCH_KEY`"],
    ["a key with a line end", { a: { ...good, apiKey: "k\r\nx: y" } }, "visible ASCII"],
  ])("is refused with %s", async (_, classifiers, message) => {
    const error = await failure(Holdpoint.create({ policies: [], classifiers: classifiers as never }));
    expect(error).toMatchObject({ code: "CONFIG", message: expect.stringContaining(message) });
  });
});
