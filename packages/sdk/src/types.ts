export type * from "./types/approvals";
export type * from "./types/classifiers";
export type * from "./types/events";
export type * from "./types/inputs";
export type * from "./types/options";
export type * from "./types/stats";
export type * from "./types/traces";
export type * from "./types/usage";
