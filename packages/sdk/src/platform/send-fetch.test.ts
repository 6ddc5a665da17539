import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, expect, it } from "vitest";
import { createNodeRequests } from "./node-requests";
import { createWebRequests } from "./web-requests";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

let server: Server | undefined;
let churn: NodeJS.Timeout | undefined;
afterEach(async () => {
  clearInterval(churn);
  server?.closeAllConnections();
  if (server) await new Promise((done) => server?.close(done));
});

/** Answers with a head and half a body, and nothing after it. Memory is collected all the time. */
async function startStalling(): Promise<{
  readonly url: string;
  readonly answered: Promise<void>;
  readonly gone: Promise<void>;
}> {
  let tellGone = (): void => undefined;
  let tellAnswered = (): void => undefined;
  const answered = new Promise<void>((resolve) => {
    tellAnswered = resolve;
  });
  const gone = new Promise<void>((resolve) => {
    tellGone = resolve;
  });
  server = createServer((request, response) => {
    request.resume();
    response.on("close", tellGone);
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("data: half\n\n");
    setTimeout(tellAnswered, 300);
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  churn = setInterval(collect, 50);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, answered, gone };
}

it.each([
  ["alone", false],
  ["with a signal of the caller", true],
])(
  "an answer that stops in the middle ends with the request's time, %s, whatever memory is collected",
  async (_, withSignal) => {
    const { url, gone } = await startStalling();
    const signal = withSignal ? { signal: new AbortController().signal } : {};
    const request = {
      method: "POST",
      url,
      headers: {},
      timeoutMs: 3_000,
      maxBytes: 1000,
      body: "{}",
      ...signal,
    } as const;
    await expect(createNodeRequests().send(request)).rejects.toThrow("no answer within 3000 ms");
    await gone;
  },
);

it("a fetch that never answers, and does not hear of its signal, ends with the request's time; a late answer is let go", async () => {
  let answer: (response: Response) => void = () => undefined;
  let isLetGo = false;
  const given = globalThis.fetch;
  globalThis.fetch = () => new Promise((resolve) => (answer = resolve));
  try {
    const request = { method: "GET", url: "https://example.com", headers: {}, timeoutMs: 30, maxBytes: 1000 } as const;
    await expect(createWebRequests().send(request)).rejects.toThrow("no answer within 30 ms");
    answer(new Response(new ReadableStream({ cancel: () => void (isLetGo = true) })));
    await expect.poll(() => isLetGo).toBe(true);
  } finally {
    globalThis.fetch = given;
  }
}, 5_000);

it("it ends when the caller gives up", async () => {
  const { url, answered, gone } = await startStalling();
  const abort = new AbortController();
  const request = { method: "GET", url, headers: {}, timeoutMs: 60_000, maxBytes: 1000, signal: abort.signal } as const;
  void answered.then(() => abort.abort(new Error("enough")));
  await expect(createNodeRequests().send(request)).rejects.toThrow("enough");
  await gone;
});

it("a stream by fetch alone ends when it is closed", async () => {
  const { url, answered, gone } = await startStalling();
  const texts: string[] = [];
  const close = createWebRequests().open(
    url,
    {},
    {
      onOpen: () => undefined,
      onText: (text) => texts.push(text),
      onEnd: () => undefined,
    },
  );
  await answered;
  await expect.poll(() => texts.length).toBe(1);
  close();
  await gone;
  expect(texts.join("")).toBe("data: half\n\n");
});

it.each([
  ["Node", createNodeRequests],
  ["the web", createWebRequests],
])(
  "a redirect is an error with the requests of %s, whatever `fetch` calls it, and is not followed",
  async (_, create) => {
    const seen: unknown[] = [];
    const given = globalThis.fetch;
    // As Cloudflare's runtime does it, which has no `redirect: "error"`.
    globalThis.fetch = (url, init) => {
      if (init?.redirect === "error")
        throw new TypeError("Invalid redirect value, must be one of `follow` or `manual`");
      return given(url, init);
    };
    server = createServer((request, response) => {
      seen.push(request.url);
      if (request.url === "/there") response.end("there");
      else if (request.url === "/304") response.writeHead(304).end();
      else response.writeHead(Number(request.url?.slice(1)), { location: "/there" }).end();
    });
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const ask = (path: string) =>
      create().send({ method: "GET", url: url + path, headers: {}, timeoutMs: 3_000, maxBytes: 1000 });
    try {
      for (const status of [301, 302, 303, 307, 308]) await expect(ask(`/${status}`)).rejects.toThrow(/redirect/);
      expect((await ask("/304")).status).toBe(304);
      expect((await ask("/there")).text).toBe("there");
      expect(seen).toEqual(["/301", "/302", "/303", "/307", "/308", "/304", "/there"]);
      globalThis.fetch = () => Promise.resolve({ type: "opaqueredirect", status: 0, body: null } as Response);
      await expect(ask("/302")).rejects.toThrow(/redirect/);
    } finally {
      globalThis.fetch = given;
    }
  },
);

it.each([true, false])("a request outlives its page where that is asked for: %s", async (keepalive) => {
  let init: RequestInit | undefined;
  const given = globalThis.fetch;
  globalThis.fetch = (_, asked) => {
    init = asked;
    return Promise.resolve(new Response(""));
  };
  try {
    const request = { method: "POST", url: "https://example.com", headers: {}, timeoutMs: 30, maxBytes: 10 } as const;
    const asked = createWebRequests().send({ ...request, keepalive });
    expect(init?.keepalive ?? false).toBe(keepalive);
    await asked;
  } finally {
    globalThis.fetch = given;
  }
});
