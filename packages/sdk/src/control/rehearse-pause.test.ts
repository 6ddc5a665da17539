import { expect, it } from "vitest";
import { rehearsePause } from "./rehearse-pause";

it("a pause that is rehearsed holds, asked once or twice", () => {
  expect([rehearsePause(), rehearsePause()]).toEqual([true, true]);
});
