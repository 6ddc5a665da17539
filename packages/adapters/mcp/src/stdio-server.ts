import { appendFileSync } from "node:fs";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { createStandInServer } from "./stand-ins";

/** For tests: the stand-in as a program. Each run of a tool becomes a line of the file that it is given. */
const [file = ""] = process.argv.slice(2);
const { server } = createStandInServer(undefined, (name) => appendFileSync(file, `${name}\n`));
await server.connect(new StdioServerTransport());
