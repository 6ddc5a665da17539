import { createInterface } from "node:readline";
import { answer } from "./answer";

/** The TypeScript implementation at the gate: one JSON frame per line on stdin, one answer per line on stdout. */
const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
lines.on("line", (line) => {
  if (line.trim() !== "") process.stdout.write(`${answer(line)}\n`);
});
