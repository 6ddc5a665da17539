// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "13f1e787e20087b4de38370f20f0215b95cc6e56da1d4d5069ea407a2e8666cb";
