export type { NewOrganization } from "./admin/organizations";
export { type AuditVerification, verifyAuditChain } from "./audit/verify-audit-chain";
export type { Logger } from "./logger";
export { type ControlPlane, type ControlPlaneOptions, startControlPlane } from "./start-control-plane";
export type { Database, Sql, Transaction } from "./store/database";
export { type DatabaseOptions, openDatabase } from "./store/open-database";
