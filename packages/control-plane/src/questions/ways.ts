import { randomUUID } from "node:crypto";
import type { EndpointRequests, Ways } from "../../../endpoints/src/index";
import { createNodeEndpoints } from "../../../endpoints/src/node-endpoints";

/** How this server reaches endpoints that policies name: only where every address was judged. */
export function createWays(clock: () => number, endpoints: EndpointRequests = createNodeEndpoints()): Ways {
  return {
    clock: {
      nowMs: clock,
      monotonicMs: () => performance.now(),
      schedule(run, delayMs) {
        const timer = setTimeout(run, delayMs);
        return () => clearTimeout(timer);
      },
    },
    crypto: { randomUuid: randomUUID },
    requests: { send: () => Promise.reject(new Error("this server reaches judged addresses alone")) },
    endpoints,
  };
}

/** The same, for one organisation: no more than `most` questions at once, so that a slow endpoint of one holds up only its own. */
export function limitWays(ways: Ways, most: number): Ways {
  const { endpoints } = ways;
  if (!endpoints) return ways;
  let running = 0;
  return {
    ...ways,
    endpoints: {
      async post(request) {
        if (running >= most) throw new Error("too many questions are asked at once");
        running += 1;
        try {
          return await endpoints.post(request);
        } finally {
          running -= 1;
        }
      },
    },
  };
}
