import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { startControlPlane } from "@holdpoint/control-plane";
import { parse } from "yaml";

/** A control plane of our own on an embedded database, and a client for its administration. */
export interface Deployment {
  readonly url: string;
  /** The operator's key. */
  readonly apiKey: string;
  /** The key of the agents' process: it may ask for approvals, and decide none. */
  readonly sdkKey: string;
  call<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
  close(): Promise<void>;
}

export async function startDeployment(): Promise<Deployment> {
  const server = await startControlPlane({ port: 0 });
  const apiKey = server.bootstrapKey;
  if (apiKey === undefined) throw new Error("a new database gives a first API key");
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await request(`${server.url}/api/v1${path}`, {
      method,
      headers: { "X-API-Key": apiKey, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  };
  const { data } = await call<{ data: { key: string } }>("POST", "/api-keys", { name: "agents", role: "sdk" });
  return { url: server.url, apiKey, sdkKey: data.key, call, close: () => server.close() };
}

/** Fetches; tries again when the server has just closed the idle connection that was chosen. */
async function request(url: string, init: RequestInit): Promise<Response> {
  for (let tries = 0; ; tries++) {
    try {
      return await fetch(url, init);
    } catch (error) {
      if (tries === 2) throw error;
    }
  }
}

export async function registerAgents({ call }: Deployment): Promise<void> {
  await call("POST", "/agents", {
    agentId: "support-bot",
    name: "Support bot",
    type: "assistant",
    platform: "langchain",
    environment: "production",
    description: "Answers customers of the shop",
    autonomyLevel: "act_with_approval",
    tags: ["customer-facing"],
  });
  await call("POST", "/agents", {
    agentId: "ops-agent",
    name: "Operations agent",
    type: "assistant",
    platform: "openai-agents",
    environment: "production",
    description: "Runs the shop's servers",
    autonomyLevel: "autonomous",
    tags: ["internal"],
  });
}

/** Installs the policies of policies.yaml; gives how many. */
export async function installPolicies({ call }: Deployment): Promise<number> {
  const path = fileURLToPath(new URL("./policies.yaml", import.meta.url));
  const { policies } = parse(readFileSync(path, "utf8")) as { policies: unknown[] };
  for (const policy of policies) await call("POST", "/policies", policy);
  return policies.length;
}
