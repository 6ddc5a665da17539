import type { FoundClassifier, Ways } from "../../../endpoints/src/index";
import { defaults } from "../gen/constants";
import type { Logger } from "../logger";
import type { Database } from "../store/database";
import { asTenant } from "../store/tenant";
import { openValidatorSecrets } from "../validators/validator-secrets";
import { bindStored } from "./bind-stored";
import { type OpenedClassifier, openClassifiers } from "./classifiers";
import { limitWays } from "./ways";

/** What an organisation has set up for questions, its secrets opened. Never leaves this process. */
export interface KnownEndpoints {
  /** Every one that is registered: an answer that comes with the request never takes the place of one that cannot be asked. */
  readonly classifiers: ReadonlyMap<string, FoundClassifier>;
  readonly secrets: ReadonlyMap<string, string>;
  /** Policies whose secret is kept and cannot be opened: their validators are not asked unsigned. */
  readonly broken: ReadonlySet<string>;
  readonly ways: Ways;
}

export interface EndpointBook {
  /** No older than this version of the organisation's bundle, which every change of them makes. */
  get(organizationId: string, atLeastVersion: number): Promise<KnownEndpoints>;
}

/** Empty when a validator has no secret; undefined when it has one that cannot be opened. */
export const secretOf = ({ secrets, broken }: KnownEndpoints, policyId: string): string | undefined =>
  broken.has(policyId) ? undefined : (secrets.get(policyId) ?? "");

const unreadable = "it is kept in a form that cannot be asked";

interface Parts {
  readonly database: Database;
  readonly secretKey: Uint8Array;
  readonly ways: Ways;
  readonly logger: Logger;
}

interface BoundClassifier {
  readonly identity: string;
  readonly found: FoundClassifier;
}

interface Kept extends KnownEndpoints {
  readonly version: number;
  /** By name: the same classifier for as long as it is written the same, so that it keeps what it has learned of its examples. */
  readonly bound: ReadonlyMap<string, BoundClassifier>;
}

/** Keeps what the newest version has of each organisation, the least recently used out first. */
export function createEndpointBook({ database, secretKey, ways, logger }: Parts): EndpointBook {
  const kept = new Map<string, Kept>();
  const loading = new Map<string, Promise<Kept>>();

  const bind = (own: Ways, { name, key, written }: OpenedClassifier): FoundClassifier => {
    if (!written) {
      logger.error("a stored classifier cannot be asked", { name, error: "what is kept of it cannot be read" });
      return { error: unreadable };
    }
    if (key === "broken") {
      logger.error("a classifier's key cannot be opened", { name });
      return { error: "its key could not be had", open: written.failMode === "open" };
    }
    try {
      return bindStored(own, written, key.opened, (message) => {
        throw new Error(message);
      });
    } catch (error) {
      logger.error("a stored classifier cannot be asked", { name, error: String(error) });
      return { error: unreadable };
    }
  };

  const load = async (organizationId: string, version: number): Promise<Kept> => {
    const broken = new Set<string>();
    const [secrets, opened] = await asTenant(
      database,
      organizationId,
      async (transaction) => {
        const onBroken = (policyId: string): void => {
          broken.add(policyId);
          logger.error("a validator's secret cannot be opened", { policyId });
        };
        const own = await openValidatorSecrets(transaction, secretKey, onBroken);
        return [own, await openClassifiers(transaction, secretKey)] as const;
      },
      "one moment",
    );
    const before = kept.get(organizationId);
    const own = before?.ways ?? limitWays(ways, defaults.serverQuestionsAtOnce);
    const bound = new Map<string, BoundClassifier>();
    for (const one of opened) {
      const { name, identity } = one;
      const same = before?.bound.get(name);
      bound.set(name, same?.identity === identity ? same : { identity, found: bind(own, one) });
    }
    const known: Kept = {
      version,
      bound,
      classifiers: new Map([...bound].map(([name, { found }]) => [name, found])),
      secrets: new Map(secrets.map(({ policyId, secret }) => [policyId, secret])),
      broken,
      ways: own,
    };
    if ((kept.get(organizationId)?.version ?? 0) <= version) kept.set(organizationId, known);
    for (const oldest of kept.keys()) {
      if (kept.size <= defaults.planCacheOrganizations) break;
      kept.delete(oldest);
    }
    return known;
  };

  return {
    async get(organizationId, atLeastVersion) {
      const known = kept.get(organizationId);
      if (known && known.version >= atLeastVersion) {
        kept.delete(organizationId);
        kept.set(organizationId, known);
        return known;
      }
      const key = `${atLeastVersion}/${organizationId}`;
      const running = loading.get(key) ?? load(organizationId, atLeastVersion).finally(() => loading.delete(key));
      loading.set(key, running);
      return running;
    },
  };
}
