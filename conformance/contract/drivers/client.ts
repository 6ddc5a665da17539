import { createInterface } from "node:readline";
import { Holdpoint, type HoldpointEvents, isHoldpointError } from "@holdpoint/sdk";

// biome-ignore lint/suspicious/noExplicitAny: a command is passed on to the client as it is; what is wrong with it is its to say.
type Command = Readonly<Record<string, any>> & { readonly id: number; readonly op: string };

const wallClock = Date.now;
let hp: Holdpoint | undefined;
let jumpMs = 0;
let events: unknown[] = [];
Date.now = () => wallClock() + jumpMs;

const client = (): Holdpoint => {
  if (!hp) throw new Error("there is no client yet");
  return hp;
};
const describe = (error: unknown): { code: string; message: string } =>
  isHoldpointError(error) ? { code: error.code, message: error.message } : { code: "CRASH", message: String(error) };

async function decide(work: Promise<{ allowed: boolean; verdict: string }>): Promise<object> {
  try {
    const { allowed, verdict } = await work;
    return { allowed, verdict };
  } catch (error) {
    const { decision } = error as { decision?: { verdict: string } };
    const { code } = describe(error);
    return { allowed: false, verdict: decision?.verdict ?? (code === "AGENT_PAUSED" ? "paused" : ""), code };
  }
}

const run: Readonly<Record<string, (command: Command) => Promise<object>>> = {
  async create({ options }) {
    hp = await Holdpoint.create(options);
    for (const name of ["sync", "dropped"] as const)
      hp.on(name, (event: HoldpointEvents[typeof name]) => events.push({ name, ...event }));
    return {};
  },
  enforce: ({ request }) => decide(client().enforcePolicy(request)),
  verb: ({ verb, request }) =>
    decide((client() as unknown as Record<string, (r: object) => never>)[verb]?.(request) as never),
  async burst({ request, from, count }) {
    const verdicts: Record<string, number> = {};
    for (let n = 0; n < count; n++) {
      const step = await decide(
        client().enforcePolicy({ ...(request as object), sessionId: `s-${from + n}` } as never),
      );
      const { verdict } = step as { verdict: string };
      verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
      if (n % 50 === 49) await new Promise((resolve) => setImmediate(resolve));
    }
    return { verdicts };
  },
  async startTrace({ agentId }) {
    try {
      client().startTrace({ agentId }).end();
      return {};
    } catch (error) {
      return { code: describe(error).code };
    }
  },
  async flush() {
    await client().flush();
    return {};
  },
  stats: async () => ({ stats: client().stats() }),
  async events() {
    const told = events;
    events = [];
    return { events: told };
  },
  async memory() {
    for (let round = 0; round < 3; round++) {
      (globalThis as { gc?: () => void }).gc?.();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return { bytes: process.memoryUsage().rss };
  },
  async jump({ ms }) {
    jumpMs += ms;
    return {};
  },
  async close() {
    await client().close();
    return {};
  },
  exit: () => process.exit(0),
};

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const command = JSON.parse(line) as Command;
    const answer = (members: object): void => {
      process.stdout.write(`${JSON.stringify({ id: command.id, ...members })}\n`);
    };
    const work = async (): Promise<object> => (await run[command.op]?.(command)) ?? {};
    work().then(
      (members) => answer({ ok: true, ...members }),
      (error: unknown) => answer({ ok: false, ...describe(error) }),
    );
  })
  .on("close", () => process.exit(0));
