import { Holdpoint } from "@holdpoint/sdk";
import { checkRecord } from "./check-record";
import { compareWithTwin } from "./compare-with-twin";
import { installPolicies, registerAgents, startDeployment } from "./deployment";
import { createOpsAgent } from "./ops-agent";
import { readOptions } from "./options";
import { printReport } from "./print-report";
import { quietConsole } from "./quiet-console";
import { type AgentName, readRowsOrExit } from "./rows";
import { runRows } from "./run-rows";
import { createScript } from "./script";
import { sendTraces } from "./send-traces";
import { showApproval } from "./show-approval";
import { showPause } from "./show-pause";
import { createSupportBot } from "./support-bot";
import { countDecision, createTally } from "./tally";

const options = readOptions(process.argv.slice(2));
const rows = readRowsOrExit(options.data, options.limit);

console.log("Starting a control plane on the embedded database …");
const deployment = await startDeployment();
const stop = async (): Promise<void> => {
  await deployment.close();
  process.exit(130);
};
process.once("SIGINT", stop);
process.once("SIGTERM", stop);

let failed = false;
try {
  await registerAgents(deployment);
  const policies = await installPolicies(deployment);
  console.log(`${deployment.url}: 2 agents registered, ${policies} policies installed`);

  const hp = await Holdpoint.create({
    controlPlane: deployment.url,
    apiKey: deployment.sdkKey,
    environment: "production",
  });
  const tally = createTally();
  hp.on("decision", (event) => countDecision(tally, event));
  const restoreConsole = quietConsole();
  const script = createScript();
  const agents: Record<AgentName, ReturnType<typeof createSupportBot>> = {
    "support-bot": createSupportBot(hp, script),
    "ops-agent": createOpsAgent(hp, script),
  };

  await runRows(rows, agents, hp, deployment, tally, options.quiet);
  printReport(tally);
  console.log(`Stand-in models called ${script.modelCalls} times, tools run ${script.toolRuns} times`);

  failed = !(await showPause(hp, deployment, agents["support-bot"], script)) || failed;
  failed = !(await showApproval(hp, deployment, agents["ops-agent"], script)) || failed;
  restoreConsole();
  await sendTraces(hp);
  failed = !(await checkRecord(hp, deployment)) || failed;
  if (options.twin) failed = !(await compareWithTwin(rows)) || failed;
  await hp.close();
  if (tally.failures.length > 0) {
    failed = true;
    console.error(
      `${tally.failures.length} runs failed for another reason than a verdict, first: ${tally.failures[0]}`,
    );
  }
} finally {
  await deployment.close();
}
console.log(
  failed ? "\nSomething did not hold: see above" : "\nEverything above was decided in-process and is on record",
);
process.exit(failed ? 1 : 0);
