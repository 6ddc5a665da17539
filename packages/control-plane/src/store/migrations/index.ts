import type { Migration } from "../migrate";
import { tables } from "./0001-tables";
import { rowSecurity } from "./0002-row-security";
import { appendOnlyAudit } from "./0003-append-only-audit";
import { leasesAndValidators } from "./0004-leases-and-validators";
import { approvalCertificates } from "./0005-approval-certificates";
import { killSwitch } from "./0006-kill-switch";
import { grantsSettingsSessions } from "./0007-grants-settings-sessions";
import { approvers } from "./0008-approvers";
import { classifiers } from "./0009-classifiers";

/** Every step of the schema, in order. */
export const migrations: readonly Migration[] = [
  tables,
  rowSecurity,
  appendOnlyAudit,
  leasesAndValidators,
  approvalCertificates,
  killSwitch,
  grantsSettingsSessions,
  approvers,
  classifiers,
];
