export { findHalt } from "./as-halt";
export { HoldpointCallbackHandler } from "./callback-handler";
export { holdpointMiddleware } from "./middleware";
export type { HoldpointLangChainOptions } from "./options";
