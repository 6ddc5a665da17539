import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** Answers of a client's process; see README.md. */
export interface DriverAnswer {
  readonly id: number;
  readonly ok: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: what a driver answers is checked by the tests.
  readonly [member: string]: any;
}

/** A client in a process of its own. */
export interface DrivenClient {
  readonly pid: number;
  /** Rejects when the command fails, or the process ends before it has answered. */
  call(op: string, parameters?: Readonly<Record<string, unknown>>): Promise<DriverAnswer>;
  kill(signal?: NodeJS.Signals): void;
  readonly ended: Promise<number | null>;
}

/** Starts a driver. What it writes to standard error is shown. */
export function startDriver(command: readonly string[], env: NodeJS.ProcessEnv = {}): DrivenClient {
  const [program = "", ...args] = command;
  const child: ChildProcess = spawn(program, args, {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...env },
  });
  const waiting = new Map<number, { resolve(answer: DriverAnswer): void; reject(error: Error): void }>();
  let lastId = 0;
  const ended = new Promise<number | null>((resolve) => {
    child.on("error", () => resolve(null));
    child.on("close", resolve);
  });
  void ended.then((code) => {
    for (const { reject } of waiting.values()) reject(new Error(`the driver ended (${code})`));
    waiting.clear();
  });
  child.stdin?.on("error", () => undefined);
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on("line", (line) => {
    const answer = JSON.parse(line) as DriverAnswer;
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.ok) asked?.resolve(answer);
    else asked?.reject(new Error(`${String(answer["code"])}: ${String(answer["message"])}`));
  });
  return {
    pid: child.pid ?? 0,
    call(op, parameters = {}) {
      const id = ++lastId;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        child.stdin?.write(`${JSON.stringify({ id, op, ...parameters })}\n`);
      });
    },
    kill: (signal = "SIGKILL") => void child.kill(signal),
    ended,
  };
}
