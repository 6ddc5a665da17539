import { type Bundle, type CompileProblem, compile, type Plan, type SignedBundle, sha256Hex } from "@holdpoint/core";
import { defaults } from "../gen/constants";
import type { Database } from "../store/database";
import { readBundle } from "./read-bundle";
import { signBundle } from "./sign-bundle";
import type { SigningKey } from "./signing-key";

/** One version of an organisation's rules: to decide with here, and to send to clients. */
export interface Snapshot {
  readonly bundle: Bundle;
  readonly signed: SignedBundle;
  /** Quoted, as the header has it: version and digest. */
  readonly etag: string;
  /** Missing when the stored policies do not compile with this version of the program. */
  readonly plan: Plan | undefined;
  readonly problems: readonly CompileProblem[];
}

export interface SnapshotCache {
  /** The snapshot of at least this version; compiled and signed once for each version. */
  get(organizationId: string, atLeastVersion: number): Promise<Snapshot>;
}

/** Keeps the newest snapshot of each organisation, the least recently used out first. */
export function createSnapshotCache(database: Database, signingKey: SigningKey): SnapshotCache {
  const kept = new Map<string, Snapshot>();
  const loading = new Map<string, Promise<Snapshot>>();

  const load = async (organizationId: string): Promise<Snapshot> => {
    const snapshot = buildSnapshot(await readBundle(database, organizationId), signingKey);
    const older = kept.get(organizationId);
    if (older && older.bundle.version > snapshot.bundle.version) return older;
    kept.set(organizationId, snapshot);
    for (const oldest of kept.keys()) {
      if (kept.size <= defaults.planCacheOrganizations) break;
      kept.delete(oldest);
    }
    return snapshot;
  };

  return {
    async get(organizationId, atLeastVersion) {
      const snapshot = kept.get(organizationId);
      if (snapshot && snapshot.bundle.version >= atLeastVersion) {
        kept.delete(organizationId);
        kept.set(organizationId, snapshot);
        return snapshot;
      }
      // Keyed with the version: a load that began before a change must not serve those who know of the change.
      const key = `${atLeastVersion}/${organizationId}`;
      const running = loading.get(key) ?? load(organizationId).finally(() => loading.delete(key));
      loading.set(key, running);
      return running;
    },
  };
}

function buildSnapshot(bundle: Bundle, signingKey: SigningKey): Snapshot {
  const result = compile(bundle.policies ?? [], {
    organizationId: bundle.organizationId,
    agents: bundle.agents ?? [],
    // An agent that is gone must not take the policies of all others with it.
    allowUnknownAgents: true,
    ...(bundle.settings ? { settings: bundle.settings } : {}),
    ...(bundle.grants ? { grants: bundle.grants } : {}),
    salt: new Uint8Array(Buffer.from(bundle.salt ?? "", "base64")),
  });
  const signed = signBundle(bundle, signingKey);
  return {
    bundle,
    signed,
    etag: `"${bundle.version}-${sha256Hex(signed.payload).slice(0, 16)}"`,
    plan: result.ok ? result.plan : undefined,
    problems: result.ok ? [] : result.problems,
  };
}
