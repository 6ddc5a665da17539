import { policyFileSchema } from "./gen/policy-file-schema";
import { exitCodes, printJson } from "./print";

/** Prints the JSON Schema of policy files, for editors. */
export function schema(): number {
  printJson(policyFileSchema);
  return exitCodes.fine;
}
