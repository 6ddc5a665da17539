// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "7a693d1c88e780d3ef5969920d191db2b2f9cfeeded9b58cb09ff1e81fe0b47f";
