import { spawn } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  answerJson,
  createScriptedControlPlane,
  type ScriptedControlPlane,
  samples,
  until,
} from "../testing/scripted-control-plane.suite";
import { createNodePlatform } from "./node-platform";

const platform = createNodePlatform();
const files = platform.files!;
let server: ScriptedControlPlane;
let directory = "";

beforeEach(async () => {
  server = await createScriptedControlPlane();
  directory = await mkdtemp(join(tmpdir(), "holdpoint-"));
});
afterEach(async () => {
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

const get = (path: string, limits: { timeoutMs?: number; maxBytes?: number } = {}) =>
  platform.requests.send({
    method: "GET",
    url: server.url + path,
    headers: { a: "b" },
    timeoutMs: 5000,
    maxBytes: 1000,
    ...limits,
  });

describe("a request", () => {
  it("gives back status, headers and text", async () => {
    server.script("GET /x", (seen, response) =>
      answerJson(response, 418, { a: seen.headers["a"] }, { "retry-after": "3" }),
    );
    const answer = await get("/x");
    expect([answer.status, answer.header("retry-after"), answer.header("none"), answer.text]).toEqual([
      418,
      "3",
      undefined,
      '{"a":"b"}',
    ]);
  });

  it("fails when the answer is slow to begin, slow to end, too long, cut off, or leads elsewhere", async () => {
    server.script("GET /mute", () => undefined);
    server.script("GET /drip", (_, response) => {
      response.writeHead(200);
      response.write("x");
    });
    server.script("GET /long", (_, response) => answerJson(response, 200, "x".repeat(2000)));
    server.script("GET /cut", (_, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("x", () => response.destroy());
    });
    server.script("GET /away", (_, response) => response.writeHead(302, { location: `${server.url}/x` }).end());
    for (const path of ["/mute", "/drip", "/long", "/cut", "/away"]) {
      await expect(get(path, { timeoutMs: 100 })).rejects.toBeDefined();
    }
    expect(server.seen.some(({ path }) => path === "/x")).toBe(false);
  });
});

describe("a stream", () => {
  it("tells of its opening, its texts and its end, once", async () => {
    server.script("GET /s", (_, response) => {
      response.writeHead(200);
      response.write("one", () => response.end("two"));
    });
    const heard: unknown[] = [];
    platform.requests.open(
      `${server.url}/s`,
      {},
      { onOpen: (status) => heard.push(status), onText: (text) => heard.push(text), onEnd: () => heard.push("end") },
    );
    await until(() => heard.at(-1) === "end", "the end");
    expect([heard[0], heard.slice(1, -1).join("")]).toEqual([200, "onetwo"]);
  });

  it("ends when it is refused, when nobody is there, or when the address makes no sense", async () => {
    const ends: string[] = [];
    const listen = (name: string) => ({
      onOpen: () => undefined,
      onText: () => undefined,
      onEnd: () => ends.push(name),
    });
    platform.requests.open(`${server.url}/nothing`, {}, listen("refused"));
    platform.requests.open("http://127.0.0.1:1/x", {}, listen("nobody"));
    platform.requests.open("http://[", {}, listen("nonsense"));
    await until(() => ends.length === 3, "the ends");
    expect(ends.sort()).toEqual(["nobody", "nonsense", "refused"]);
  });
});

describe("a file", () => {
  it("is written whole, for its owner alone, and leaves nothing beside it", async () => {
    const path = join(directory, "deep", "er", "file");
    await files.writeAtomically(path, "one");
    await files.writeAtomically(path, "two");
    expect(await readFile(path, "utf8")).toBe("two");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(directory, "deep", "er"))).toEqual(["file"]);
  });

  it("that cannot be written leaves nothing behind", async () => {
    await files.writeAtomically(join(directory, "a"), "x");
    await expect(files.writeAtomically(join(directory, "a", "b"), "x")).rejects.toBeDefined();
    expect(await readdir(directory)).toEqual(["a"]);
  });

  it("is read up to a bound", async () => {
    await writeFile(join(directory, "a"), "12345");
    expect(Buffer.from(await files.read(join(directory, "a"), 5)).toString()).toBe("12345");
    await expect(files.read(join(directory, "a"), 4)).rejects.toThrow(/more than 4 bytes/);
    expect(await files.stamp(join(directory, "none"))).toBeUndefined();
    files.watchDirectory(join(directory, "none"), () => undefined)();
  });
});

describe("a signature", () => {
  it("is good only by its key over its bytes", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const raw = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url");
    const bytes = Buffer.from("hello");
    const signature = sign(null, bytes, privateKey);
    const verify = platform.crypto.verifyEd25519;
    expect(await verify(raw, bytes, signature)).toBe(true);
    expect(await verify(raw, Buffer.from("hallo"), signature)).toBe(false);
    expect(await verify(raw.subarray(1), bytes, signature)).toBe(false);
    expect(await verify(raw, bytes, signature.subarray(1))).toBe(false);
  });
});

describe("a program with a client that it never closes", () => {
  it("ends by itself, with the stream open and the policy file watched", async () => {
    server.setBundle({ policies: [samples.attacks] });
    const policies = join(directory, "policies.yaml");
    await writeFile(policies, "cost_limit:\n  daily_budget: 1\n");
    const program = join(directory, "program.mts");
    await writeFile(
      program,
      `import { Holdpoint } from ${JSON.stringify(join(process.cwd(), "packages/sdk/src/index.ts"))};
       const hp = await Holdpoint.create({ policies: ${JSON.stringify(policies)}, controlPlane: ${JSON.stringify(server.url)} });
       await hp.enforcePolicy({ agentId: "bot", input: "hi" });
       await new Promise((resolve) => setTimeout(resolve, 300));
       console.log("ready " + hp.stats().ready);`,
    );
    const child = spawn(process.execPath, ["--import", "tsx", program], { stdio: "pipe", cwd: process.cwd() });
    let output = "";
    child.stdout.on("data", (text) => (output += text));
    child.stderr.on("data", (text) => (output += text));
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
    const stuck = setTimeout(() => child.kill("SIGKILL"), 30_000);
    expect([await ended, output.trim()]).toEqual([0, "ready true"]);
    clearTimeout(stuck);
    expect(server.seen.some(({ path }) => path === "/api/v1/sdk/stream")).toBe(true);
  });
});
