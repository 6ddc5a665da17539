export { findHalt } from "./as-halt";
export { HoldpointCallbackHandler } from "./callback-handler";
export { guardModel } from "./guard-model";
export { holdpointMiddleware } from "./middleware";
export type { HandlerOptions, HoldpointLangChainOptions } from "./options";
export { type VerifyInput, verify } from "./verify";
