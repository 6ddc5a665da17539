import { execFile } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkTypes } from "./check-types";
import { installPublished, libraries } from "./published";
import { type CodeBlock, readBlocks, withAssertions } from "./read-blocks";
import { readmePrograms } from "./readme-programs";
import { addStandInPackages } from "./stand-in-packages";

const slowMs = 240_000;
const readmes = ["README.md", ...Object.values(libraries).map((folder) => `${folder}/README.md`)];
const blocks = readmes.flatMap((path) => readBlocks(path, "ts"));
const fileOf = ({ name }: CodeBlock): string => name.replace(/\.md#/, "-").replaceAll(/\W/g, "-").toLowerCase();
const isRun = ({ name }: CodeBlock): boolean => readmePrograms[name]?.prints !== undefined;
let folder: string;

/** What a reader has already, the example as it is written, and what tells how it went. */
const programOf = ({ name, text }: CodeBlock): string => {
  const { before = "", after = "" } = readmePrograms[name] ?? {};
  return `${before}\n${text}\n${after}\nexport {};\n`;
};

/** Examples as a reader runs them. To be called where the packages are built. */
export function describeReadmes(): void {
  describe("the TypeScript examples of the READMEs", () => {
    beforeAll(() => {
      folder = installPublished();
      addStandInPackages(folder);
      const [policies] = readBlocks("README.md", "yaml");
      writeFileSync(join(folder, "policies.yaml"), policies?.text ?? "");
      for (const block of blocks.filter(isRun)) {
        const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
        const { outputText } = ts.transpileModule(withAssertions(programOf(block)), { compilerOptions: options });
        writeFileSync(join(folder, `${fileOf(block)}.mjs`), outputText);
      }
    }, slowMs);
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it("are all in the table of what a reader has already", () => {
      expect(blocks.map(({ name }) => name).sort()).toEqual(Object.keys(readmePrograms).sort());
    });

    it.each([
      { resolution: "node16", ending: "mts", module: ts.ModuleKind.Node16, kind: ts.ModuleResolutionKind.Node16 },
      { resolution: "bundler", ending: "ts", module: ts.ModuleKind.ESNext, kind: ts.ModuleResolutionKind.Bundler },
    ])("compile as they are written, strictly, with $resolution", { timeout: slowMs }, (given) => {
      const files = blocks.map((block) => `${fileOf(block)}.${given.ending}`);
      for (const block of blocks) writeFileSync(join(folder, `${fileOf(block)}.${given.ending}`), programOf(block));
      const lib = ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"];
      const options = { module: given.module, moduleResolution: given.kind, lib, skipLibCheck: true };
      expect(checkTypes(folder, files, options).problems).toEqual([]);
    });

    it.each(blocks.filter(isRun))("do what they say: $name", { timeout: slowMs }, async (block) => {
      const last = async (about: string): Promise<unknown> => {
        const env = { ...process.env, NODE_OPTIONS: "", LANGSMITH_TRACING: "false" };
        const args = [`${fileOf(block)}.mjs`, about];
        const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, env, timeout: slowMs });
        return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
      };
      const [question, attack] = await Promise.all([last("question"), last("attack")]);
      expect({ question, attack }).toEqual(readmePrograms[block.name]?.prints);
    });
  });
}
