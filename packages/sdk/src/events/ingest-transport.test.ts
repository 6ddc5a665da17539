import { expect, it } from "vitest";
import type { Api, ApiAnswer, ApiCall } from "../transport/api";
import { createIngestTransport } from "./ingest-transport";

const traces = ['{"traceId":"a"}', '{"traceId":"b"}', '{"traceId":"c"}'];
const send = (text: string) => {
  const answer = { outcome: "ok", status: 202, text, retryAfterMs: undefined } as ApiAnswer;
  const api: Api = { baseUrl: "", headers: {}, call: async () => answer };
  return createIngestTransport(api).send(traces, new AbortController().signal);
};
const taken = { kind: "sent", rejected: 0, refused: [] };
const again = { kind: "retry", afterMs: undefined };

it.each([
  ["all", '{"accepted":3,"failed":0,"errors":[]}', taken],
  ["all, inside data", '{"data":{"accepted":3}}', taken],
  ["all, some before", '{"accepted":1,"duplicates":2}', taken],
  ["nothing in so many words", "", taken],
  ["no count", '{"success":true}', taken],
  [
    "a refusal",
    '{"accepted":2,"failed":1,"errors":[{"traceId":"b"},{"traceId":["b"]},null]}',
    { ...taken, rejected: 1, refused: [traces[1]] },
  ],
  ["more refusals than traces", '{"accepted":0,"failed":9}', { ...taken, rejected: 3 }],
  ["half of them", '{"accepted":1,"failed":0}', { ...again, isDefect: true }],
  ["half of them, with a refusal", '{"data":{"accepted":1,"failed":1}}', { ...again, isDefect: true }],
  ["a list", "[]", again],
  ["a page", "<html>", again],
  ["a text", '"ok"', again],
])("an answer that says %s", async (_, text, outcome) => {
  expect(await send(text)).toEqual(outcome);
});

it("asks for a request that outlives the page, unpacked, where it is the last", async () => {
  const calls: ApiCall[] = [];
  const answer = { outcome: "ok", status: 202, text: "", retryAfterMs: undefined } as ApiAnswer;
  const call: Api["call"] = async (_method, _path, given = {}) => {
    calls.push(given);
    return answer;
  };
  const transport = createIngestTransport({ baseUrl: "", headers: {}, call });
  await transport.send(traces, new AbortController().signal);
  await transport.send(traces, new AbortController().signal, true);
  expect(calls.map(({ compress, keepalive }) => [compress, keepalive])).toEqual([
    [true, false],
    [false, true],
  ]);
});
