import type { Database } from "./database";

/**
 * A secret of the server by its name, made by `create` on first use. Two servers that start at once on one database
 * end with the same one. Out of reach of requests: their role has no right on this table.
 */
export async function loadServerKey(
  database: Database,
  name: string,
  create: () => Uint8Array,
  now: Date,
): Promise<Uint8Array> {
  await database.query(
    "INSERT INTO holdpoint.server_keys (name, material, created_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING",
    [name, Buffer.from(create()), now],
  );
  const [row] = await database.query<{ material: Uint8Array }>(
    "SELECT material FROM holdpoint.server_keys WHERE name = $1",
    [name],
  );
  if (!row) throw new Error(`the server key \`${name}\` could not be stored`);
  return new Uint8Array(row.material);
}
