// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "b3c1293e6cf3de265876ae34620b31f4eeedd5e54cbaf0f3463a745f6e6ca768";
