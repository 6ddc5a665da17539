// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "766d2ca3b80bcd2d5a19297dd88252300edd46dfb0be14fdda06e71862d2e446";
