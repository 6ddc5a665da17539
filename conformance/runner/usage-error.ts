/** The run was asked for wrongly, or its own data is broken: exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
