import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Runs every example in turn; what one shows is true when it ends with 0. Last line: `N passed, N failed`. */
const examples = fileURLToPath(new URL(".", import.meta.url));
const root = join(examples, "..");
const pythonOf = (venv: string): string =>
  join(root, "python", venv, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
const venvPython = pythonOf(".venv");
/** Frameworks that do not install beside the others; `npm test` makes this one, where the Python is theirs. */
const frameworksPython = pythonOf(".venv-frameworks");
const onFrameworks = new Set(["crewai-python", "llama-index-python"]);
const timeLimitMs = 60_000;

/** `npm start` runs this one, and so do the tests; it installs, builds and takes longer. */
const runElsewhere = new Set(["reference-deployment"]);

interface Example {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

function findExamples(): readonly Example[] {
  return readdirSync(examples, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && /^[a-z]/.test(entry.name) && !runElsewhere.has(entry.name))
    .filter(({ name }) => !onFrameworks.has(name) || existsSync(frameworksPython))
    .map(({ name }) => {
      const script = join("examples", name, existsSync(join(examples, name, "main.py")) ? "main.py" : "main.ts");
      const python = onFrameworks.has(name) ? frameworksPython : venvPython;
      if (script.endsWith(".py")) return { name, command: python, args: [script] };
      return { name, command: process.execPath, args: ["--import", "tsx", script] };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What went wrong, or undefined, and what the program printed. */
function runExample({ command, args }: Example): Promise<{ problem: string | undefined; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      // The root's `paths` lead to the sources; a program of a user finds what is built.
      env: {
        ...process.env,
        TSX_TSCONFIG_PATH: join(root, "packages", "devkit", "tsconfig.run.json"),
        PYTHONUTF8: "1",
      },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: timeLimitMs,
      killSignal: "SIGKILL",
    });
    const stop = (): void => void child.kill("SIGKILL");
    process.once("exit", stop);
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    const finish = (problem: string | undefined): void => {
      process.off("exit", stop);
      resolve({ problem, output });
    };
    child.on("error", (error) => finish(error.message));
    child.on("close", (status, signal) => {
      if (status === 0) return finish(undefined);
      finish(signal ? `stopped by ${signal}, limit ${timeLimitMs / 1000} s` : `ended with ${status}`);
    });
  });
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

const totals = { passed: 0, failed: 0 };
for (const example of findExamples()) {
  const startedMs = performance.now();
  const { problem, output } = await runExample(example);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  if (problem === undefined) {
    totals.passed++;
    console.log(`ok     ${example.name} (${seconds} s)`);
  } else {
    totals.failed++;
    console.log(`FAILED ${example.name}: ${problem} (${seconds} s)\n${output.replace(/^/gm, "       ")}`);
  }
}
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed === 0 && totals.passed > 0 ? 0 : 1);
