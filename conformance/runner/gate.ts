import { type ChildProcess, spawn } from "node:child_process";
import type { Answer } from "./vector";

/** What became of one frame. */
export type Reply =
  | { readonly kind: "answer"; readonly answer: Answer }
  | { readonly kind: "none"; readonly why: string };

/** How the process went when it was closed. */
export interface Farewell {
  readonly status: number | null;
  readonly timedOut: boolean;
}

export interface GateOptions {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly limitMs: number;
  /** Called for every breach of the protocol: a line that is no answer to the frame in flight, an exit out of turn. */
  onBreach(message: string): void;
}

/** One implementation, one process at a time, one frame in flight, so that every failure has one culprit. */
export interface Gate {
  ask(frame: string, line: string): Promise<Reply>;
  close(): Promise<Farewell>;
  starts(): number;
}

interface Pending {
  readonly frame: string;
  readonly process: ChildProcess;
  settle(reply: Reply): void;
}

export function createGate({ command, cwd, limitMs, onBreach }: GateOptions): Gate {
  let child: ChildProcess | undefined;
  let pending: Pending | undefined;
  let starts = 0;
  /** Processes that are to end: what they still say and how they go is their own affair. */
  const dismissed = new WeakSet<ChildProcess>();

  const settle = (from: ChildProcess, reply: Reply): void => {
    if (pending?.process !== from) return;
    const waiting = pending;
    pending = undefined;
    waiting.settle(reply);
  };

  const take = (from: ChildProcess, line: string): void => {
    if (line.trim() === "") return;
    const answer = parse(line);
    if (!answer) onBreach(`a line is not a JSON object: ${line.slice(0, 80)}`);
    else if (pending?.process === from && answer["frame"] === pending.frame) {
      const { frame: _, ...rest } = answer;
      settle(from, { kind: "answer", answer: rest });
    } else onBreach("an answer belongs to no frame in flight");
  };

  const kill = (running: ChildProcess): void => {
    dismissed.add(running);
    if (child === running) child = undefined;
    running.kill("SIGKILL");
  };

  const start = (): ChildProcess => {
    starts++;
    const running = spawn(command[0] ?? "", command.slice(1), { cwd, stdio: ["pipe", "pipe", "pipe"] });
    let rest = "";
    let stderr = "";
    running.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) take(running, line);
    });
    running.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      stderr = (stderr + chunk).slice(-2000);
    });
    // A process that is gone cannot take its frame: its end, reported below, says so.
    running.stdin.on("error", () => undefined);
    running.on("error", (error) => settle(running, { kind: "none", why: `cannot be started: ${error.message}` }));
    running.on("close", (status, signal) => {
      if (child === running) child = undefined;
      const exit = signal ? `signal ${signal}` : `status ${status}`;
      if (rest !== "" && !dismissed.has(running)) onBreach("the last line has no end");
      if (pending?.process !== running && !dismissed.has(running)) onBreach(`exited between two frames with ${exit}`);
      settle(running, { kind: "none", why: `exited with ${exit} before it answered${lastLine(stderr)}` });
    });
    return running;
  };

  return {
    starts: () => starts,
    ask(frame, line) {
      return new Promise((resolve) => {
        const running = (child ??= start());
        const timer = setTimeout(() => {
          settle(running, { kind: "none", why: `no answer within ${limitMs} ms` });
          kill(running);
        }, limitMs);
        const finish = (reply: Reply): void => {
          clearTimeout(timer);
          resolve(reply);
        };
        pending = { frame, process: running, settle: finish };
        running.stdin?.write(`${line}\n`);
      });
    },
    close() {
      const running = child;
      if (!running) return Promise.resolve({ status: null, timedOut: false });
      dismissed.add(running);
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          kill(running);
          resolve({ status: null, timedOut: true });
        }, limitMs);
        running.on("close", (status) => {
          clearTimeout(timer);
          resolve({ status, timedOut: false });
        });
        running.stdin?.end();
      });
    },
  };
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const lastLine = (text: string): string => {
  const line = text.trim().split("\n").at(-1);
  return line ? `: ${line.slice(0, 200)}` : "";
};
