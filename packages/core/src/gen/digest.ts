// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "b7f86fcad80f0e85699702a4fdecea66e8c784a7049dbb8d530cd6b66994048c";
