import { afterEach } from "vitest";
import { Holdpoint } from "../client/holdpoint";
import type { HoldpointOptions } from "../types";
import { samples } from "./scripted-control-plane.suite";

const open: Holdpoint[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((hp) => hp.close()));
});

/** A client of the sample policies, closed when the test has ended. */
export async function create(options: Partial<HoldpointOptions> = {}): Promise<Holdpoint> {
  const policies = [samples.attacks, samples.tools, samples.mask, samples.budget];
  const hp = await Holdpoint.create({ policies, ...options });
  open.push(hp);
  return hp;
}

/** What a promise was rejected with; it must be. */
export const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => {
      throw new Error("it was let pass");
    },
    (error: unknown) => error,
  );
