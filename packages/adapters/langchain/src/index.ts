export { findHalt } from "./as-halt";
export { HoldpointCallbackHandler } from "./callback-handler";
export type { HoldpointLangChainOptions } from "./options";
