import type { Migration } from "../migrate";
import { tables } from "./0001-tables";
import { rowSecurity } from "./0002-row-security";
import { appendOnlyAudit } from "./0003-append-only-audit";
import { approvalCertificates } from "./0005-approval-certificates";

/** Every step of the schema, in order. */
export const migrations: readonly Migration[] = [tables, rowSecurity, appendOnlyAudit, approvalCertificates];
