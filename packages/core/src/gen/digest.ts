// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "027a0a26c8a7f08d4e7636e6be27ab9a5b93324b904dd5a7c10a3b5f4cc49b49";
