import { startControlPlane } from "@holdpoint/control-plane";

/** A control plane in a process of its own, so that a suite does not pay for it. Ends with its standard input. */
const server = await startControlPlane({ port: 0, keyEnvironment: "bench" });
process.stdout.write(`${JSON.stringify({ url: server.url, key: server.bootstrapKey })}\n`);
process.stdin.on("end", () => process.exit(0)).resume();
