export { findHalt } from "./find-halt";
export { guardTools } from "./guard-tools";
export { guardModel, holdpointMiddleware } from "./middleware";
export type { HoldpointAiOptions } from "./options";
export { type VerifyInput, verify } from "./verify";
