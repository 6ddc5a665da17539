import { expect, it } from "vitest";
import type { EndpointRequest, HttpAnswer } from "../../../endpoints/src/index";
import { createWays, limitWays } from "./ways";

const request = { url: "https://policy.example.com/" } as EndpointRequest;
const answer: HttpAnswer = { status: 200, header: () => undefined, text: "" };

it("an organisation has no more questions open than it may, and others are not held up by it", async () => {
  const waiting: (() => void)[] = [];
  const post = () => new Promise<HttpAnswer>((resolve) => waiting.push(() => resolve(answer)));
  const ways = createWays(() => 0, { post });
  const [one, other] = [limitWays(ways, 2), limitWays(ways, 2)];
  const open = [one.endpoints?.post(request), one.endpoints?.post(request)];
  await expect(one.endpoints?.post(request)).rejects.toThrow("too many");
  open.push(other.endpoints?.post(request));
  expect(waiting).toHaveLength(3);
  for (const go of waiting.splice(0)) go();
  await Promise.all(open);
  const again = one.endpoints?.post(request);
  for (const go of waiting.splice(0)) go();
  expect(await again).toBe(answer);
});

it("no address is reached that nobody judges", async () => {
  const send = createWays(() => 0).requests.send({ ...request, method: "POST", timeoutMs: 1, maxBytes: 1 });
  await expect(send).rejects.toThrow("judged");
});
