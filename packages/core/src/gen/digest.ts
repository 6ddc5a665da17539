// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "f84242307eb63bbcd3cc71a80a7ab4b8120aa821a62daff26322f84aca203e80";
