import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as sdk from "./index";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
const listed = JSON.parse(read("../../../spec/tables/public-api.json")) as {
  readonly typescript: readonly string[];
  readonly python: readonly string[];
  readonly drift: Readonly<Record<string, string>>;
};

const toSnake = (name: string): string =>
  /^[A-Z][^.]*$/.test(name)
    ? name
    : name.replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a}_${b.toLowerCase()}`);

/** Names in the braces of the index and the types that it passes on. */
function exportedTypes(): string[] {
  const braces = [...read("./index.ts").matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(([, names]) =>
    (names ?? "").split(",").map((name) => name.trim().replace(/^type /, "")),
  );
  const subjects = [...read("./types.ts").matchAll(/^export type \* from "(.*)";$/gm)].map(([, path]) => `${path}.ts`);
  const types = subjects.flatMap((path) =>
    [...read(path).matchAll(/^export (?:interface|type) (\w+)/gm)].map(([, name]) => name ?? ""),
  );
  return [...braces, ...types].filter(Boolean);
}

describe("the public names", () => {
  it("are those of the table", () => {
    const members = Object.getOwnPropertyNames(sdk.Holdpoint.prototype).filter((name) => name !== "constructor");
    const names = new Set([
      ...Object.keys(sdk),
      ...exportedTypes(),
      ...[...members, "create"].map((name) => `Holdpoint.${name}`),
    ]);
    expect([...names].sort()).toEqual([...listed.typescript].sort());
  });

  it("are the same in Python, but for differences that have a reason", () => {
    const python = new Set(listed.python);
    const missing = listed.typescript.filter((name) => !python.has(toSnake(name)) && !(name in listed.drift));
    expect(missing).toEqual([]);
  });
});
