import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A program of the bench in a process of its own, which writes JSON lines and ends with its standard input. */
export interface Child {
  /** The next line that it writes. Rejects when it ends. */
  next(): Promise<Record<string, unknown>>;
  write(line: object): void;
  end(): Promise<void>;
}

export function startChild(program: string, args: readonly string[] = []): Child {
  const child = spawn(process.execPath, [`${root}packages/devkit/bin/run-ts.mjs`, program, ...args], {
    cwd: root,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async next() {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${program} has ended`);
      return JSON.parse(value) as Record<string, unknown>;
    },
    write: (line) => void child.stdin.write(`${JSON.stringify(line)}\n`),
    async end() {
      child.stdin.end();
      const giveUp = setTimeout(() => child.kill("SIGKILL"), 5000);
      await ended;
      clearTimeout(giveUp);
    },
  };
}

/** A control plane, and calls to it as its owner. */
export interface BenchServer {
  readonly url: string;
  readonly key: string;
  call(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>;
  end(): Promise<void>;
}

export async function startServer(): Promise<BenchServer> {
  const child = startChild("bench/tools/serve.ts");
  const { url, key } = (await child.next()) as { url: string; key: string };
  return {
    url,
    key,
    async call(method, path, body) {
      const response = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: { "x-api-key": key, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const answer = (await response.json()) as { data: Record<string, unknown> };
      if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
      return answer.data;
    },
    end: child.end,
  };
}
