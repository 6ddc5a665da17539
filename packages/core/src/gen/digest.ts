// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "66690cbb3bc63a13ca2f22310e75b271e9c85abb4bec1c580e43c99a02870014";
