import { createPublicKey, verify } from "node:crypto";
import { canonicalJson } from "@holdpoint/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startControlPlane } from "../start-control-plane";
import type { Database } from "../store/database";
import { migrate } from "../store/migrate";
import { databaseKinds } from "../store/test-databases";
import { keyPayloadType, rotateSigningKey } from "./key-history";
import { preAuthenticationEncoding } from "./sign-bundle";

interface Jwk {
  readonly kid: string;
  readonly x: string;
}
interface Jwks {
  readonly keys: readonly Jwk[];
  readonly endorsements?: readonly (Jwk & { readonly by: string; readonly sig: string })[];
}

const isSignedBy = ({ x }: Jwk, type: string, payload: Uint8Array, sig: string): boolean =>
  verify(
    null,
    preAuthenticationEncoding(type, payload),
    createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" }),
    Buffer.from(sig, "base64"),
  );

describe.each(databaseKinds)("the signing key on $name", (kind) => {
  let database: Database;
  let ownerKey = "";
  beforeAll(async () => {
    database = await kind.openEmpty();
    await migrate(database);
  });
  afterAll(() => database?.close());

  /** What a server that is started like this shows. */
  const start = async (options = {}) => {
    const server = await startControlPlane({ port: 0, database, ...options });
    ownerKey = server.bootstrapKey ?? ownerKey;
    const get = async (path: string) =>
      (await fetch(`${server.url}${path}`, { headers: { "x-api-key": ownerKey } })).json();
    const jwks = (await get("/.well-known/jwks.json")) as Jwks;
    const bundle = (await get("/api/v1/sdk/bundle")) as {
      payloadType: string;
      payload: string;
      signatures: { keyid: string; sig: string }[];
    };
    const audit = (await get("/api/v1/audit?limit=500")) as { data: { action: string; targetId: string }[] };
    await server.close();
    return { jwks, bundle, rotations: audit.data.filter(({ action }) => action === "signing_key.rotated") };
  };

  test("cannot be changed before there is one", async () => {
    await expect(rotateSigningKey(database, new Date())).rejects.toThrow("there is no signing key yet");
  });

  test("changes to one that the old one has endorsed; both sign bundles, and both are listed", async () => {
    const first = await start();
    expect([first.jwks.keys.length, first.jwks.endorsements]).toEqual([1, undefined]);
    const second = await start({ rotateSigningKey: true });
    const [current, previous] = second.jwks.keys as [Jwk, Jwk];
    expect(previous).toEqual(first.jwks.keys[0]);
    expect(current.kid).not.toBe(previous.kid);
    const payload = Buffer.from(second.bundle.payload, "base64");
    expect(second.bundle.signatures.map(({ keyid }) => keyid)).toEqual([current.kid, previous.kid]);
    for (const [index, { sig }] of second.bundle.signatures.entries())
      expect(isSignedBy(second.jwks.keys[index] as Jwk, second.bundle.payloadType, payload, sig)).toBe(true);
    const [endorsement] = second.jwks.endorsements ?? [];
    expect(endorsement).toMatchObject({ kid: current.kid, x: current.x, by: previous.kid });
    const told = canonicalJson({ crv: "Ed25519", kid: current.kid, kty: "OKP", x: current.x });
    expect(isSignedBy(previous, keyPayloadType, Buffer.from(told), endorsement?.sig ?? "")).toBe(true);
    expect(second.rotations.map(({ targetId }) => targetId)).toEqual([current.kid]);
  });

  test("stays what it is at further starts, and of three the first is destroyed, its endorsement kept", async () => {
    const before = await start();
    const after = await start({ rotateSigningKey: true });
    expect(after.jwks.keys[1]).toEqual(before.jwks.keys[0]);
    expect(after.jwks.endorsements?.slice(0, 1)).toEqual(before.jwks.endorsements);
    expect(after.jwks.endorsements).toHaveLength(2);
    expect((await start()).jwks).toEqual(after.jwks);
    const rows = await database.query("SELECT name FROM holdpoint.server_keys WHERE name LIKE 'bundle-signing-key%'");
    expect(rows).toHaveLength(2);
  });
});
