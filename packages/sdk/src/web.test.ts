import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { webPlatform } from "../../devkit/generate/web-platform";
import type * as sdk from "./index";
import {
  answerJson,
  createScriptedControlPlane,
  type ScriptedControlPlane,
  samples,
  until,
} from "./testing/scripted-control-plane.suite";

/** The names that browsers and edge runtimes share (WinterTC's minimum common API), and no other. */
const web = {
  AbortController,
  AbortSignal,
  CompressionStream,
  Response,
  TextDecoder,
  TextEncoder,
  URL,
  atob,
  btoa,
  clearTimeout,
  crypto,
  fetch,
  performance,
  setTimeout,
};

let script = "";
let server: ScriptedControlPlane;
const open: Client[] = [];

beforeAll(async () => {
  const result = await build({
    stdin: {
      contents: `export * from "./index";`,
      resolveDir: fileURLToPath(new URL(".", import.meta.url)),
      loader: "ts",
    },
    bundle: true,
    write: false,
    format: "iife",
    globalName: "sdk",
    platform: "browser",
    plugins: [webPlatform],
    tsconfig: fileURLToPath(new URL("../../devkit/tsconfig.run.json", import.meta.url)),
    logLevel: "silent",
  });
  script = result.outputFiles[0]?.text ?? "";
});
beforeEach(async () => {
  server = await createScriptedControlPlane();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((hp) => hp.close()));
  await server.close();
});

type Client = sdk.Holdpoint;

/** The SDK in a context that has the web's names alone. */
function load(): typeof sdk {
  const context = createContext({ ...web });
  runInContext(script, context);
  return context["sdk"] as typeof sdk;
}

const create = async (options: sdk.HoldpointOptions): Promise<Client> => {
  const hp = await load().Holdpoint.create({ closeTimeoutMs: 200, ...options });
  open.push(hp);
  return hp;
};
const ask = (hp: Client, input: string): Promise<string> =>
  hp.enforcePolicy({ agentId: "bot", input }).then(
    ({ verdict }) => verdict,
    (error: Error) => error.name,
  );

describe("the client outside Node", () => {
  it("bundles without any module of Node", () => {
    expect(script.length).toBeGreaterThan(10_000);
    expect(script).not.toMatch(/["'`]node:|\brequire\(/);
  });

  it("decides by policies that it is given", async () => {
    const hp = await create({ policies: [samples.attacks] });
    expect(await ask(hp, "good morning")).toBe("allow");
    expect(await ask(hp, samples.attack)).toBe("PolicyBlockedError");
  });

  it("verifies and follows the control plane's bundles, and sends its traces by fetch", async () => {
    server.setBundle({ version: 1, policies: [] });
    const options = { controlPlane: server.url, apiKey: "k", flushIntervalMs: 10, pollIntervalMs: 60_000 };
    const hp = await create(options);
    expect(await ask(hp, samples.attack)).toBe("allow");
    await until(() => server.streams() > 0, "the stream");
    server.setBundle({ version: 2, policies: [samples.attacks] });
    server.push("bundle.updated", { version: 2 });
    await until(() => !hp.evaluate({ agentId: "bot", input: samples.attack }).allowed, "the second bundle");
    // Long enough to be sent with gzip, whichever traces are sent together.
    expect(await ask(hp, `${samples.attack} ${"word ".repeat(300)}`)).toBe("PolicyBlockedError");
    await hp.close();
    // The last one says where the chain of receipts ends.
    expect(server.traces.map(({ spanType }) => spanType)).toEqual(["enforcement", "enforcement", "receipts"]);
    const sent = server.seen.filter(({ path }) => path === "/api/v1/traces/ingest");
    expect(sent.some(({ headers }) => headers["content-encoding"] === "gzip")).toBe(true);
  });

  it("holds when a bundle is signed by somebody else", async () => {
    server.script("GET /api/v1/sdk/bundle", (_, response) =>
      answerJson(response, 200, server.signBundle({ version: 1, policies: [] }, "key")),
    );
    const hp = await create({ controlPlane: server.url, apiKey: "k", firstBundleTimeoutMs: 200 });
    expect(await ask(hp, "good morning")).toBe("EnforcementUnavailableError");
  });

  it("gives up on an answer that is too slow or too long, and on a stream that breaks", async () => {
    server.script("GET /api/v1/sdk/bundle", () => undefined);
    server.script("GET /api/v1/sdk/stream", (_, response) => response.destroy());
    const options = { controlPlane: server.url, apiKey: "k", firstBundleTimeoutMs: 300, requestTimeoutMs: 50 };
    const hp = await create(options);
    expect(await ask(hp, "good morning")).toBe("EnforcementUnavailableError");
    server.setBundle({ version: 1, policies: [] });
    server.script("GET /api/v1/sdk/bundle", undefined);
    await until(() => hp.evaluate({ agentId: "bot", input: "good morning" }).allowed, "the bundle");
  });

  it("says that there are no files", async () => {
    const loaded = await load().loadPolicyFile("policies.yaml");
    expect(loaded).toMatchObject({ ok: false, problems: [{ message: "this platform has no files" }] });
    await expect(create({ policies: [], cacheDir: "cache" })).rejects.toThrow(/this platform has no files/);
  });
});
