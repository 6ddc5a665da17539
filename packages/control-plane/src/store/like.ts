/** A LIKE pattern for a text anywhere, with its own wildcards taken literally; without a text, for everything. */
export const likeAnywhere = (text = ""): string => `%${text.replaceAll("\u0000", "").replace(/[\\%_]/g, "\\$&")}%`;
