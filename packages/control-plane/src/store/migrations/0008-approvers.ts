import type { Migration } from "../migrate";

/** Who may approve, as a JSON list; null where no policy says so. */
export const approvers: Migration = {
  number: 8,
  name: "approvers",
  statements: "ALTER TABLE holdpoint.approvals ADD COLUMN approvers text;",
};
