import { type Api, parseJson } from "../transport/api";

export interface ValidatorSecrets {
  /**
   * The secret that the control plane keeps for a policy; empty when it keeps none, undefined when that is not known, or it
   * keeps one that it cannot give.
   * Asked once for each version of the bundle. Never rejects.
   */
  find(policyId: string, version: number): Promise<string | undefined>;
}

/** Write-only secrets of validators, over the authenticated API (clause V-12). They are in memory alone. */
export function createValidatorSecrets(api: Api): ValidatorSecrets {
  let loaded:
    | { readonly version: number; readonly secrets: Promise<ReadonlyMap<string, string | undefined> | undefined> }
    | undefined;

  const load = async (): Promise<ReadonlyMap<string, string | undefined> | undefined> => {
    const answer = await api.call("GET", "/api/v1/sdk/validators");
    // A key that may not have them, and a server that has none, are known: there are no secrets.
    if (answer.status === 403 || answer.status === 404) return new Map();
    const list = answer.outcome === "ok" ? (parseJson(answer.text) as { data?: unknown } | undefined)?.data : undefined;
    if (!Array.isArray(list)) return undefined;
    return new Map(list.flatMap((one) => (isKept(one) ? [[one.policyId, one.secret] as const] : [])));
  };

  return {
    async find(policyId, version) {
      if (loaded?.version !== version) loaded = { version, secrets: load() };
      const asked = loaded;
      const secrets = await asked.secrets;
      // What could not be had is asked again at the next step.
      if (!secrets && loaded === asked) loaded = undefined;
      return secrets?.has(policyId) === false ? "" : secrets?.get(policyId);
    },
  };
}

function isKept(value: unknown): value is { readonly policyId: string; readonly secret?: string } {
  const { policyId, secret } = (value ?? {}) as { policyId?: unknown; secret?: unknown };
  return typeof policyId === "string" && (secret === undefined || typeof secret === "string");
}
