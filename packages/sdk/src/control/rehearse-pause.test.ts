import { expect, it } from "vitest";
import { rehearsePause } from "./rehearse-pause";

it("a pause that is rehearsed holds, each time", () => {
  expect([rehearsePause(), rehearsePause()]).toEqual([true, true]);
});
