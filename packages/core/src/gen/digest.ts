// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "f7d241dc2b8a05d7d0cfeb649af684cf581f533cfbb19c2cc194b525e5b84e27";
