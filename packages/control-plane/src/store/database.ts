/** What runs SQL: a database, or one transaction of it. The same statements run on PGlite and on PostgreSQL. */
export interface Sql {
  /** Rows of one statement with `$1…` parameters. `int8` comes back as a number, `timestamptz` as a Date. */
  query<Row = Record<string, unknown>>(statement: string, parameters?: readonly unknown[]): Promise<Row[]>;
}

/** One transaction. */
export interface Transaction extends Sql {
  /** Runs several statements without parameters; for migrations. */
  run(statements: string): Promise<void>;
}

/** A PostgreSQL, embedded or not. */
export interface Database extends Sql {
  readonly kind: "pglite" | "postgres";
  /**
   * The result of `work` once its transaction is committed. Rolled back, and rethrown, when `work` throws; an error of
   * a statement that `work` has swallowed is an error too, never a silent rollback.
   */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** Calls back for every committed NOTIFY on the channel, also of other processes. The result stops it. */
  listen(channel: string, onPayload: (payload: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** SQLSTATE of an error that came from the database, as both drivers give it. */
export function sqlState(error: unknown): string | undefined {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}

/** True when a later try may succeed: the database cannot be reached, is going down, or broke up a conflict. */
export function isUnavailable(error: unknown): boolean {
  const code = sqlState(error);
  if (code === undefined)
    return (
      error instanceof Error && /connection terminated|timeout exceeded|closed|after calling end/i.test(error.message)
    );
  return (
    /^(08|40|53|57P)/.test(code) || ["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "ETIMEDOUT", "EPIPE"].includes(code)
  );
}
