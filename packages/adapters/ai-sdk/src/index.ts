export { findHalt } from "./find-halt";
export { guardEmbedding } from "./guard-embedding";
export { guardTools } from "./guard-tools";
export { guardModel, holdpointMiddleware } from "./middleware";
export type { HoldpointAiOptions } from "./options";
export { type VerifyInput, verify } from "./verify";
