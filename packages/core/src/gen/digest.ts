// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "ab6d151515996f797a924419693c9e8a54bfecf1f816004afc780ef594536ca9";
