import { expect, it } from "vitest";
import { rememberLast } from "./remember-last";

it("a text is read once as long as no other comes between", () => {
  const seen: string[] = [];
  const read = rememberLast((text) => {
    seen.push(text);
    return text === "nothing" ? undefined : { text };
  });
  const first = read("a");
  expect(read("a")).toBe(first);
  expect(read("b")).toEqual({ text: "b" });
  expect(read("a")).toEqual(first);
  expect([read("nothing"), read("nothing")]).toEqual([undefined, undefined]);
  expect(seen).toEqual(["a", "b", "a", "nothing"]);
});
