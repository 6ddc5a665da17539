import type { Migration } from "../migrate";

/**
 * A target may be held for several reasons at once, each with an end of its own: ending the maintenance of a team must
 * not end its suspension.
 */
export const killSwitch: Migration = {
  number: 6,
  name: "kill switch",
  statements: `
    ALTER TABLE holdpoint.pauses ADD COLUMN kind text NOT NULL DEFAULT 'pause'
      CHECK (kind IN ('pause', 'maintenance', 'suspend', 'emergency_stop'));
    ALTER TABLE holdpoint.pauses DROP CONSTRAINT pauses_pkey;
    ALTER TABLE holdpoint.pauses ADD PRIMARY KEY (organization_id, level, target_id, kind);`,
};
