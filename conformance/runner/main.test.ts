import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const fixtures = join(root, "conformance/runner/fixtures");

function runMain(...args: string[]) {
  const command = ["--import", "tsx", "conformance/runner/main.ts", "--vectors", join(fixtures, "vectors"), ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: "utf8" });
  return { status, lines: stdout.trim().split("\n"), stderr };
}

const implementation = (behaviour: string): string =>
  `${process.execPath} ${join(fixtures, "implementation.mjs")} ${behaviour}`;

describe("the command line of the runner", () => {
  it("exits 0 when all pass, and ends with the plain line", () => {
    const { status, lines } = runMain("--impl", implementation("honest"));
    expect(lines.at(-1)).toBe("12 passed, 0 failed");
    expect(status).toBe(0);
  });

  it("exits 1 when a case fails, and says which and why", () => {
    const { status, lines } = runMain("--impl", implementation("wrong-reason"));
    expect(lines.at(-1)).toBe("8 passed, 4 failed");
    expect(lines).toContain("  FAILED sample/denies-0");
    expect(status).toBe(1);
  });

  it("exits 2 when it is asked for wrongly", () => {
    expect(runMain("--imp", "x").status).toBe(2);
    expect(runMain("--filter", "no such case").status).toBe(2);
    expect(runMain("--vectors", join(fixtures, "nothing-here")).status).toBe(2);
  });

  it("exits 3 when an implementation does not run", () => {
    expect(runMain("--impl", implementation("no-start")).status).toBe(3);
    expect(runMain("--impl", "/no/such/command").status).toBe(3);
  });

  it("runs only what the filter names", () => {
    expect(runMain("--impl", implementation("honest"), "--filter", "denies").lines.at(-1)).toBe("6 passed, 0 failed");
  });

  it("compares implementations byte for byte", () => {
    const same = runMain("--compare", "--impl", implementation("honest"), "--impl", implementation("honest"));
    expect(same.lines.at(-1)).toBe("35 passed, 0 failed");
    const other = runMain("--compare", "--impl", implementation("honest"), "--impl", implementation("wrong-reason"));
    expect(other.lines.at(-1)).toBe("27 passed, 8 failed");
    expect(other.status).toBe(1);
  });
});
