/** Letters, one `_` or `-` among them, and a digit at the end: what tools call their arguments. */
const plain = /^[A-Za-z]*(?:[_-][A-Za-z]*)?[0-9]?$/;

/**
 * Whether a member's name is one of those that tools give and nobody can say anything with; any other is a text (SPECIFICATION
 * D-55). UTF-16 code units.
 */
export const isPlainName = (name: string): boolean => name.length < 20 && plain.test(name);
