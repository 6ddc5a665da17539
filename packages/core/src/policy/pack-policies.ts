import type { Pack } from "../gen/packs";
import { expandPacks } from "./cascade";
import { isObject, pointTo } from "./problems";

/** A policy that a governance pack switches on, before it is normalised. */
export interface PackPolicy {
  readonly pack: string;
  readonly pointer: string;
  readonly policy: Readonly<Record<string, unknown>>;
}

/** What ids of packs' policies begin with; no other policy may take one. */
export const packPrefix = "pack:";

/** Policies of every pack that some level puts in force: they run for the agents that the level concerns. */
export function listPackPolicies(settings: readonly unknown[]): readonly PackPolicy[] {
  const named = new Map<string, Pack>();
  for (const document of settings) {
    if (isObject(document)) for (const pack of expandPacks(document["packs"])) named.set(pack.pack, pack);
  }
  return [...named.values()].flatMap(({ pack, title, controls }) =>
    controls.flatMap(({ type, mode, fields }) =>
      fields === undefined
        ? []
        : {
            pack,
            pointer: pointTo(pointTo("/packs", pack), type),
            policy: {
              id: `${packPrefix}${pack}/${type}`,
              name: `${title}: ${type}`,
              policyType: type,
              enforcementMode: mode,
              level: "platform",
              ruleDefinition: fields,
            },
          },
    ),
  );
}
