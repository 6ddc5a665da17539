import { limits } from "@holdpoint/core";
import { isHeaderKey, isRecord, parseJson } from "../../../endpoints/src/index";
import type { Administration } from "../admin/administer";
import { ApiError, invalid, notFound } from "../errors";
import { defaults } from "../gen/constants";
import type { TenantTransaction } from "../store/tenant";
import { openSecret, sealSecret } from "../validators/seal-secret";

/** An OpenAI-compatible endpoint, as an administrator wrote it; its key is kept apart. */
export interface StoredClassifier {
  readonly url: string;
  readonly kind: string;
  readonly model: string;
  readonly timeoutMs: number;
  readonly failMode: string;
  readonly redact: boolean;
  readonly question?: string;
  readonly examples?: unknown;
}

/** What is shown of a classifier: never its key. */
export interface ClassifierView extends Partial<StoredClassifier> {
  readonly name: string;
  /** What is kept of it cannot be read: it is never asked, and to be written anew. */
  readonly broken?: true;
  readonly hasKey: boolean;
  readonly createdAt: string;
  readonly createdBy: string;
}

interface Row {
  readonly name: string;
  readonly document: string;
  readonly sealed: Uint8Array | null;
  readonly created_at: Date;
  readonly created_by: string;
}

const reserved: readonly string[] = ["builtin", "registered"];

const place = (organizationId: string, name: string): string => `classifier/${organizationId}/${name}`;

/** Undefined for what nobody wrote through this server. */
function readDocument(document: string): StoredClassifier | undefined {
  const written = parseJson(document);
  const isWhole = isRecord(written) && ["url", "kind", "model"].every((member) => typeof written[member] === "string");
  return isWhole ? (written as unknown as StoredClassifier) : undefined;
}

const toView = ({ name, document, sealed, created_at, created_by }: Row): ClassifierView => ({
  name,
  ...(readDocument(document) ?? { broken: true }),
  hasKey: sealed !== null,
  createdAt: created_at.toISOString(),
  createdBy: created_by,
});

/** Whether policies can name it (clause K-1). Throws what the caller is told. */
export function checkClassifierName(name: string): void {
  if (!/^[A-Za-z0-9._-]+$/.test(name) || name.length > limits.maxClassifierNameChars)
    throw invalid("/name", `expected 1 to ${limits.maxClassifierNameChars} letters, digits, \`.\`, \`_\` and \`-\``);
  if (reserved.includes(name)) throw invalid("/name", "this name means something else in policies");
}

/** Keeps a classifier under its name, in place of one that is there, key included. */
export async function setClassifier(
  administration: Administration,
  key: Uint8Array,
  name: string,
  written: StoredClassifier,
  apiKey: string | undefined,
): Promise<ClassifierView> {
  const { transaction, now, actor } = administration;
  if (apiKey !== undefined && !isHeaderKey(apiKey))
    throw invalid("/apiKey", "expected visible ascii characters without spaces");
  const sealed = apiKey === undefined ? null : sealSecret(key, place(transaction.organizationId, name), apiKey);
  const [row] = await transaction.query<Row>(
    `INSERT INTO holdpoint.classifiers (organization_id, name, document, sealed, created_at, created_by)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organization_id, name)
     DO UPDATE SET document = excluded.document, sealed = excluded.sealed, created_at = excluded.created_at,
       created_by = excluded.created_by RETURNING *`,
    [transaction.organizationId, name, JSON.stringify(written), sealed, now, actor],
  );
  const [counted] = await transaction.query<{ total: number }>("SELECT count(*) AS total FROM holdpoint.classifiers");
  if ((counted?.total ?? 0) > limits.maxClassifiers)
    throw new ApiError("CONFLICT", `an organisation has at most ${limits.maxClassifiers} classifiers`);
  const { url, kind, model } = written;
  const details = { url, kind, model };
  administration.record({ action: "classifier.set", targetType: "classifier", targetId: name, details });
  // Policies that name it are decided otherwise from now on.
  administration.changeBundle();
  return toView(row as Row);
}

export const listClassifiers = async (transaction: TenantTransaction): Promise<readonly ClassifierView[]> =>
  (await readRows(transaction)).map(toView);

export async function deleteClassifier(administration: Administration, name: string): Promise<void> {
  const rows = await administration.transaction.query(
    "DELETE FROM holdpoint.classifiers WHERE name = $1 RETURNING name",
    [name],
  );
  if (rows.length === 0) throw notFound("classifier");
  administration.record({ action: "classifier.deleted", targetType: "classifier", targetId: name });
  administration.changeBundle();
}

/** A classifier to be asked. */
export interface OpenedClassifier {
  readonly name: string;
  /** Undefined where it cannot be read. */
  readonly written: StoredClassifier | undefined;
  /** `broken`: there is one, and it cannot be opened. */
  readonly key: { readonly opened: string | undefined } | "broken";
  /** The same for as long as nothing of it changes. */
  readonly identity: string;
}

/** All of an organisation, with their keys: one whose key cannot be opened is not asked without. */
export async function openClassifiers(
  transaction: TenantTransaction,
  secretKey: Uint8Array,
): Promise<readonly OpenedClassifier[]> {
  const open = (name: string, sealed: Uint8Array | null): OpenedClassifier["key"] => {
    try {
      return {
        opened: sealed === null ? undefined : openSecret(secretKey, place(transaction.organizationId, name), sealed),
      };
    } catch {
      return "broken";
    }
  };
  return (await readRows(transaction)).map(({ name, document, sealed }) => ({
    name,
    written: readDocument(document),
    key: open(name, sealed),
    identity: `${document}\n${sealed === null ? "" : Buffer.from(sealed).toString("base64")}`,
  }));
}

const readRows = (transaction: TenantTransaction): Promise<Row[]> =>
  transaction.query<Row>("SELECT * FROM holdpoint.classifiers ORDER BY name");

/** What an administrator left out, as the contract says it. */
export const classifierDefaults = {
  timeoutMs: defaults.classifierTimeoutMs,
  failMode: defaults.classifierFailMode,
  redact: false,
} as const;
