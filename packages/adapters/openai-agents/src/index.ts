export { findHalt, type HaltInfo } from "./find-halt";
export { type GovernOptions, governAgent } from "./govern-agent";
export { guardModel } from "./guard-model";
export {
  type HoldpointToolGuardrails,
  holdpointInputGuardrail,
  holdpointOutputGuardrail,
  holdpointToolGuardrails,
} from "./guardrails";
export type { HoldpointAgentsOptions } from "./options";
export { HoldpointTracingProcessor } from "./tracing-processor";
export { type VerifyInput, verify } from "./verify";
