import { describe, expect, it } from "vitest";
import { createChecks } from "./remember-checks";
import { validate } from "./validators/index";

describe("the checks of one text's values", () => {
  it("are those of each value alone, in lists of one value and of thousands", () => {
    const check = createChecks();
    for (let at = 0; at < 2000; at++) {
      const value = at % 3 === 0 ? "4111111111111111" : String(4_000_000_000_000_000 + 7 * at);
      for (const name of ["luhn", "phone_national", "nothing_of_this_name"])
        expect(check(name, value)).toBe(validate(name, value));
    }
  });
});
