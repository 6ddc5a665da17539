// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "115736a5d064038a85f1c5c5cc0b34658a8fd23f2ec61fbf70ad511e4b172ad3";
