// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "1ec3ea7e8fcc5f7469446d3e417ce23f0980c4c76e388b2a64cd2b82873e2cd9";
