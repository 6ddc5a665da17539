import { writeSync } from "node:fs";
import { startControlPlane } from "../start-control-plane";

/** A control plane in a process of its own, for tests that kill it. Prints one line of JSON once it listens. */
const [dataDir] = process.argv.slice(2);
const server = await startControlPlane({ port: 0, ...(dataDir ? { dataDir } : {}) });
writeSync(1, `${JSON.stringify({ url: server.url, key: server.bootstrapKey })}\n`);
