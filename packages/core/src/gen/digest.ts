// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "19a21e2cf4e9d17953fadd27c046d29d00a2f7e36c046563af3a4fdadfac8496";
