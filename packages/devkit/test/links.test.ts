import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./published";

interface Link {
  readonly file: string;
  readonly target: string;
}

/** Markdown files of the repository, by their path in it. */
const listFiles = (folder = ""): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return /^(\.|node_modules$|dist$)/.test(entry.name) ? [] : listFiles(path);
    return path.endsWith(".md") ? [path] : [];
  });

/** Links to other files, without what stands behind a `#`. */
const links: readonly Link[] = listFiles().flatMap((file) =>
  [...withoutCode(readFileSync(join(root, file), "utf8")).matchAll(/\]\(([^)\s#]+)[^)\s]*\)/g)]
    .map(([, target = ""]) => ({ file, target }))
    .filter(({ target }) => !/^[a-z]+:/.test(target)),
);

function withoutCode(text: string): string {
  return text.replaceAll(/^```.*?^```/gms, "").replaceAll(/`[^`\n]*`/g, "code");
}

describe("links in Markdown", () => {
  it("lead to files that there are", () => {
    expect(links.length).toBeGreaterThan(50);
    expect(links.filter(({ file, target }) => !existsSync(join(root, dirname(file), target)))).toEqual([]);
  });

  it("do not leave a package: there is nothing behind them on a registry's page", () => {
    expect(links.filter(({ file }) => /^(packages|python)\/(.*\/)?README\.md$/.test(file))).toEqual([]);
  });
});
