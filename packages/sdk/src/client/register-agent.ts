import type { Agent } from "@holdpoint/core";
import { AuthError, ConfigError } from "../gen/errors";
import type { PlatformClock } from "../platform/platform";
import { describeProblems } from "../policies/describe-problems";
import type { Api } from "../transport/api";
import { createBackoff } from "../transport/backoff";
import { readAgent } from "./settings";
import type { Sync } from "./sync";

export interface Registry {
  /**
   * Makes an agent known here and, with a control plane, there. Registering again changes it. When the control plane
   * cannot be reached the promise resolves and the registration is repeated in the background. Throws ConfigError when
   * the agent is malformed or refused, AuthError when the key is.
   */
  register(agent: Agent): Promise<void>;
  stop(): void;
}

export interface RegistryOptions {
  readonly api: Api | undefined;
  readonly sync: Sync;
  readonly clock: PlatformClock;
  readonly random: () => number;
}

export function createRegistry({ api, sync, clock, random }: RegistryOptions): Registry {
  let stopped = false;
  const cancels = new Set<() => void>();

  /** True when the control plane has it; false when it is worth another try. */
  const send = async (client: Api, agent: Agent): Promise<boolean> => {
    const answer = await client.call("POST", "/api/v1/agents", { body: agent });
    if (answer.outcome === "ok") return true;
    if (answer.outcome === "auth")
      throw new AuthError(`agent \`${agent.agentId}\` was not registered: ${answer.problem}`);
    if (answer.outcome === "retry") return false;
    throw new ConfigError(`agent \`${agent.agentId}\` was not registered: ${answer.problem}`);
  };
  const repeat = (client: Api, agent: Agent, backoff = createBackoff(random)): void => {
    if (stopped) return;
    const cancel = clock.schedule(() => {
      cancels.delete(cancel);
      send(client, agent).then(
        (done) => done || repeat(client, agent, backoff),
        (error: Error) => sync.fail([{ pointer: "", message: error.message }], "agents"),
      );
    }, backoff.nextMs());
    cancels.add(cancel);
  };

  return {
    async register(agent) {
      const checked = readAgent(agent);
      const applied = sync.addAgent(checked);
      if (!applied.ok) throw new ConfigError(`the agent cannot be registered: ${describeProblems(applied.problems)}`);
      if (!api || (await send(api, checked))) return;
      sync.fail([{ pointer: "", message: `agent \`${agent.agentId}\` is not registered yet: trying again` }], "agents");
      repeat(api, checked);
    },
    stop() {
      stopped = true;
      for (const cancel of cancels) cancel();
    },
  };
}
