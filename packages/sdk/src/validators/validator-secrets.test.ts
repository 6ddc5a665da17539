import { expect, it } from "vitest";
import type { Api, ApiAnswer } from "../transport/api";
import { createValidatorSecrets } from "./validator-secrets";

const find = (status: number, data: unknown, policyId: string) => {
  const answer = { outcome: status === 200 ? "ok" : "drop", status, text: JSON.stringify({ data }) } as ApiAnswer;
  const api: Api = { baseUrl: "", headers: {}, call: async () => answer };
  return createValidatorSecrets(api).find(policyId, 1);
};

it.each([
  ["that is kept", 200, [{ policyId: "own", secret: "s" }], "s"],
  ["that is not kept", 200, [{ policyId: "other", secret: "s" }], ""],
  ["that is kept and cannot be opened", 200, [{ policyId: "own" }], undefined],
  ["that this key may not have", 403, [], ""],
  ["that could not be asked for", 503, [], undefined],
])("a secret %s", async (_, status, data, secret) => {
  expect(await find(status, data, "own")).toBe(secret);
});
