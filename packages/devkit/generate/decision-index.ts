import { readdirSync, readFileSync } from "node:fs";

/** Returns the first page of a folder of decisions: a line for each, by the name of its file, so that a subject stands together. */
export function writeDecisionIndex(folder: URL): string {
  const lines = readdirSync(folder)
    .filter((name) => name.endsWith(".md") && name !== "README.md")
    .sort()
    .map((name) => {
      const title = /^# (.+)$/m.exec(readFileSync(new URL(name, folder), "utf8"))?.[1];
      if (title === undefined) throw new Error(`${name}: no title`);
      return `- [${title}](${name})`;
    });
  return `# Decisions

One decision a file: what was decided, why, what it was measured with, what was rejected. Rejected ones stay.
This list is written by \`npm run generate\`.

${lines.join("\n")}
`;
}
