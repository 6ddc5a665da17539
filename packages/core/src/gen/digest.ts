// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "d9ae49c9386408763621c7e4b6f63961a849aa785c8fb6476481fa7d5e443e03";
