// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "c61837ad5311c09f60fef8e289893a56fa6d9ff18618943041c5b91e0d78e7d3";
