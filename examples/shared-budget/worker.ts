import { Holdpoint, isEnforcementHaltError } from "@holdpoint/sdk";

const [controlPlane = "", apiKey = ""] = process.argv.slice(2);
const hp = await Holdpoint.create({ controlPlane, apiKey });

process.stdout.write("ready\n");
await new Promise((resolve) => process.stdin.once("data", resolve));
let heldInARow = 0;
while (heldInARow < 40) {
  process.stdout.write("try\n");
  try {
    await hp.enforcePolicy({ agentId: "worker", input: "next item, please", estimatedCost: 0.02 });
    heldInARow = 0; // here the model would be called
  } catch (error) {
    if (!isEnforcementHaltError(error)) throw error;
    process.stdout.write("held\n");
    heldInARow++;
  }
  await new Promise((resolve) => setTimeout(resolve, 25));
}
await hp.close();
