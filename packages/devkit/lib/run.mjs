import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../..", import.meta.url));

/**
 * Runs a command from the repository's root and gives its exit status and output. With `show`, the output also goes to
 * this terminal as it comes. The child is killed when this process is told to stop, so that Ctrl-C leaves nothing behind.
 */
export function run(command, args, { show = true, env = {}, input } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    const stop = (signal) => child.kill(signal);
    const end = () => child.kill();
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
    // Where two run side by side, the failure of one ends this process.
    process.once("exit", end);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text) => {
        output += text;
        if (show) process.stdout.write(text);
      });
    }
    if (input !== undefined) child.stdin.end(input);
    const finish = (status, error) => {
      process.removeListener("SIGINT", stop);
      process.removeListener("SIGTERM", stop);
      process.removeListener("exit", end);
      resolve({ status, output: error ? `${output}${error.message}\n` : output });
    };
    child.on("error", (error) => finish(127, error));
    child.on("close", (status, signal) => (signal ? finish(130, new Error(`ended by ${signal}`)) : finish(status)));
  });
}

/** Runs a command and ends this process when it fails. */
export async function must(what, command, args, options) {
  const { status, output } = await run(command, args, options);
  if (status === 0) return output;
  if (options?.show === false) process.stderr.write(output);
  console.error(`${what} failed (\`${command} ${args.join(" ")}\` ended with ${status})`);
  process.exit(status || 1);
}
