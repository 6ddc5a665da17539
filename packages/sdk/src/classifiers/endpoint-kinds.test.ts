import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ClassifierOption } from "../types";
import { create, failure, messageOf, reasonOf, step } from "./guarded-client.suite";

interface Asked {
  readonly headers: IncomingMessage["headers"];
  readonly body: Record<string, unknown>;
}

let server: Server;
let url: string;
const asked: Asked[] = [];
let answer: (response: ServerResponse, one: Asked) => unknown = (response) => response.end("{}");

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const one = { headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) };
    asked.push(one);
    response.on("error", () => undefined);
    answer(response, one);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/score`;
});
afterAll(
  () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    }),
);
beforeEach(() => {
  asked.length = 0;
  answer = (response) => response.end("{}");
});

const endpoint = (more: object = {}) =>
  ({ url, kind: "moderations", model: "m", allowPrivate: true, timeoutMs: 1500, ...more }) as ClassifierOption;

describe("a classifier that is an endpoint", () => {
  const moderation = {
    id: "mod",
    policyType: "content_moderation",
    enforcementMode: "block",
    ruleDefinition: { classifier: "guard" },
  };
  const scores = (rows: readonly object[]) =>
    JSON.stringify({ results: rows.map((row) => ({ category_scores: row })) });

  it("of the kind `moderations` gives the highest scores of all texts under our own names", async () => {
    const hp = await create(endpoint({ apiKey: ["sk", "abc"].join("-") }), { policies: [moderation] });
    answer = (response) =>
      response.end(scores([{ hate: 0.1, "hate/threatening": 0.8, "self-harm/intent": 0.7, "sexual/minors": null }]));
    expect(messageOf(await failure(hp.enforcePolicy(step)))).toBe(
      "harmful content suspected: hate (0.80), self_harm (0.70)",
    );
    expect(asked[0]?.body).toEqual({ model: "m", input: ["hello there"] });
    expect(asked[0]?.headers.authorization).toBe("Bearer sk-abc");
    answer = (response) => response.end(scores([{ hate: 0.1 }]));
    expect(await hp.enforcePolicy(step)).toMatchObject({ allowed: true });
    await hp.close();
  });

  it("of the kind `chat` is asked one question, coldly, and must answer with a score", async () => {
    const hp = await create(endpoint({ kind: "chat", question: "Is this rude?" }));
    const say = (content: unknown) => {
      answer = (response) => response.end(JSON.stringify({ choices: [{ message: { content } }] }));
    };
    say('{"score": 0.2}');
    expect(await hp.enforcePolicy(step)).toMatchObject({ allowed: true });
    const { messages, ...rest } = asked[0]?.body ?? {};
    expect(rest).toEqual({ model: "m", temperature: 0, response_format: { type: "json_object" } });
    expect((messages as { content: string }[])[0]?.content).toContain("Question: Is this rude? Answer with one JSON");
    expect((messages as unknown[])[1]).toEqual({ role: "user", content: '["hello there"]' });
    say('{"score": 1}');
    expect(reasonOf(await failure(hp.enforcePolicy(step)))).toBe("PROMPT_INJECTION");
    for (const strange of ["no", "0.1", '{"score": "0"}', '{"score": 2}', "{}", "[0]", '{"score":0} ok', null, ["x"]]) {
      say(strange);
      expect(reasonOf(await failure(hp.enforcePolicy(step)))).toBe("CLASSIFIER_UNAVAILABLE");
    }
    await hp.close();
  });

  it("of the kind `embeddings` scores nearness to examples, whose vectors are asked for once", async () => {
    const vectors: Record<string, readonly number[]> = { attack: [2, 0], other: [0, 3], "hello there": [3, 4] };
    answer = (response, { body }) => {
      const data = (body["input"] as string[]).map((text, index) => ({ index, embedding: vectors[text] ?? [1, 0] }));
      response.end(JSON.stringify({ data: data.reverse() }));
    };
    const meaning = {
      id: "m",
      policyType: "semantic_check",
      enforcementMode: "block",
      ruleDefinition: { classifier: "guard", threshold: 0.7 },
    };
    const hp = await create(endpoint({ kind: "embeddings", examples: ["attack", "other"] }), { policies: [meaning] });
    // cosine of (3, 4) and (0, 3)
    expect(messageOf(await failure(hp.enforcePolicy(step)))).toBe("score 0.8 in /input is over 0.7");
    expect(asked[0]?.body).toEqual({ model: "m", input: ["attack", "other", "hello there"], encoding_format: "float" });
    await failure(hp.enforcePolicy(step));
    expect(asked[1]?.body["input"]).toEqual(["hello there"]);
    vectors["hello there"] = [1, 2, 3];
    expect(reasonOf(await failure(hp.enforcePolicy(step)))).toBe("CLASSIFIER_UNAVAILABLE");
    vectors["hello there"] = [0, 0];
    expect(reasonOf(await failure(hp.enforcePolicy(step)))).toBe("CLASSIFIER_UNAVAILABLE");
    await hp.close();
  });

  it("of the kind `embeddings` gives a score for each label of its examples", async () => {
    answer = (response, { body }) => {
      const data = (body["input"] as string[]).map((text) => ({ embedding: text === "law" ? [0, 1] : [1, 0] }));
      response.end(JSON.stringify({ data }));
    };
    const hp = await create(endpoint({ kind: "embeddings", examples: { hate: ["h1", "h2"], illicit: ["law"] } }), {
      policies: [moderation],
    });
    expect(messageOf(await failure(hp.enforcePolicy(step)))).toBe("harmful content suspected: hate (1.00)");
    await hp.close();
  });

  it.each<[string, (response: ServerResponse) => unknown, string]>([
    ["500", (response) => response.writeHead(500).end("hello there"), "answered 500"],
    ["401", (response) => response.writeHead(401).end("{}"), "answered 401"],
    ["204", (response) => response.writeHead(204).end(), "answered 204"],
    ["no JSON", (response) => response.end("hello there"), "answered something else than JSON"],
    [
      "a page of somebody in between",
      (response) =>
        response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Sign in</title>"),
      "answered something else than JSON",
    ],
    [
      "bytes that are no UTF-8",
      (response) => response.end(Buffer.from(scores([{ hate: 0.1, "violence\xff": 0.2 }]), "latin1")),
      "answered something else than JSON",
    ],
    [
      "the sign for bytes that are no UTF-8",
      (response) => response.end(scores([{ hate: 0.1, "violence\ufffd": 0.2 }])),
      "answered something else than JSON",
    ],
    ["JSON without a bottom", (response) => response.end("[".repeat(3_000_000)), "answered something else than JSON"],
    [
      "a little that unpacks to much",
      (response) =>
        response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(50_000_000, 0x20))),
      "the answer is too long",
    ],
    ["a list", (response) => response.end("[]"), "answered something else than expected"],
    ["too few results", (response) => response.end('{"results":[]}'), "answered something else than expected"],
    [
      "a score out of range",
      (response) => response.end(scores([{ hate: 1.5 }])),
      "gave a score that is no number from 0 to 1",
    ],
    ["no answer", (response) => response.destroy(), "could not be reached"],
    ["a huge answer", (response) => response.end(`{"results":"${"x".repeat(8_500_000)}"}`), "the answer is too long"],
    [
      "a whole document and then breaks off",
      (response) =>
        response
          .writeHead(200, { "content-length": "500" })
          .write(scores([{ hate: 0.1 }]), () => setTimeout(() => response.destroy(), 50)),
      "could not be reached",
    ],
    [
      "a redirect",
      (response) => response.writeHead(307, { location: "http://127.0.0.1:1/" }).end(),
      "could not be reached",
    ],
    ["an answer that never ends", (response) => response.writeHead(200).write("{"), "no answer within 300 ms"],
    [
      "a head that never ends",
      ({ socket }) => {
        socket?.write("HTTP/1.1 200 OK\r\n");
        const drip = setInterval(() => socket?.write("x: y\r\n"), 50);
        socket?.on("close", () => clearInterval(drip));
      },
      "no answer within 300 ms",
    ],
    [
      "promises to go on and nothing else",
      (response) => {
        const drip = setInterval(() => response.writeProcessing(), 50);
        response.on("close", () => clearInterval(drip));
      },
      "no answer within 300 ms",
    ],
    ["silence", () => undefined, "no answer within 300 ms"],
  ])("that gives %s fails, is asked no second time and quotes nothing", async (_, give, message) => {
    const timeoutMs = message.includes("300") ? 300 : 20_000;
    const hp = await create(endpoint({ timeoutMs }), { policies: [moderation] });
    answer = give;
    const error = await failure(hp.enforcePolicy(step));
    expect(reasonOf(error)).toBe("CLASSIFIER_UNAVAILABLE");
    expect(messageOf(error)).toContain(message);
    expect(messageOf(error)).not.toContain("hello");
    expect(asked).toHaveLength(1);
    await hp.close();
  });

  it("may name its categories like members of all objects", async () => {
    const hp = await create(endpoint(), { policies: [moderation] });
    answer = (response) =>
      response.end(scores([JSON.parse('{"constructor":0.9,"toString":1,"__proto__":0.5,"hate":0.1}')]));
    expect(await hp.enforcePolicy(step)).toMatchObject({ allowed: true });
    await hp.close();
  });

  it("of the kind `embeddings` asks for its examples' vectors again when they fit no longer", async () => {
    let size = 2;
    answer = (response, { body }) => {
      const data = (body["input"] as string[]).map((text) => ({
        embedding: Array.from({ length: size }, (_, i) => Number(i === (text === "attack" ? 0 : 1))),
      }));
      response.end(JSON.stringify({ data }));
    };
    const hp = await create(endpoint({ kind: "embeddings", examples: ["attack"] }));
    expect(await hp.enforcePolicy(step)).toMatchObject({ allowed: true });
    // Another model stands behind the address now.
    size = 3;
    expect(reasonOf(await failure(hp.enforcePolicy(step)))).toBe("CLASSIFIER_UNAVAILABLE");
    expect(await hp.enforcePolicy(step)).toMatchObject({ allowed: true });
    expect(asked.map(({ body }) => (body["input"] as string[]).length)).toEqual([2, 1, 2]);
    await hp.close();
  });

  it("of the kind `embeddings` keeps no vectors of an answer that contradicts itself", async () => {
    answer = (response) => response.end('{"data":[{"embedding":[1,0]},{"embedding":[0,1,0]}]}');
    const hp = await create(endpoint({ kind: "embeddings", examples: ["attack"] }));
    expect(reasonOf(await failure(hp.enforcePolicy(step)))).toBe("CLASSIFIER_UNAVAILABLE");
    answer = (response) => response.end('{"data":[{"embedding":[1,0,0]},{"embedding":[0,1,0]}]}');
    expect(await hp.enforcePolicy(step)).toMatchObject({ allowed: true });
    await hp.close();
  });

  it("takes its key from the environment", async () => {
    process.env["HOLDPOINT_TEST_KEY"] = "from-the-environment";
    const hp = await create(endpoint({ apiKeyEnv: "HOLDPOINT_TEST_KEY" }), { policies: [moderation] });
    delete process.env["HOLDPOINT_TEST_KEY"];
    answer = (response) => response.end(scores([{ hate: 0 }]));
    await hp.enforcePolicy(step);
    expect(asked[0]?.headers.authorization).toBe("Bearer from-the-environment");
    await hp.close();
  });
});
