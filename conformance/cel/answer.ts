import { readFileSync } from "node:fs";
import { type ExprQuestion, outcomeOf } from "./outcome";

/* Reads questions as JSON lines, prints the TypeScript engine's outcomes as JSON lines: what other implementations are compared with. */
const lines = readFileSync(0, "utf8")
  .split("\n")
  .filter((line) => line !== "");
const answers = lines.map((line) => JSON.stringify(outcomeOf(JSON.parse(line) as ExprQuestion)));
process.stdout.write(`${answers.join("\n")}\n`);
