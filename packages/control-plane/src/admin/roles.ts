export { roleRank, roleValues as roles } from "@holdpoint/core";
