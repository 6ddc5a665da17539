import type { Role } from "@holdpoint/core";

/** Roles from the weakest to the strongest, for who may hand out what (spec/tables/enums.yaml, `role`). */
export const roleRank: Readonly<Record<Role, number>> = { sdk: 1, viewer: 2, developer: 3, admin: 4, owner: 5 };

export const roles = Object.keys(roleRank) as readonly Role[];
