// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "73c5fd5ea7302722c115715ed4e9e75caf654dd1ba99a37648c23e30104796f9";
