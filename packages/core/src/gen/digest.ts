// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "074197996e67a50ce78ded3493141bb1e1c1158daaaad7890d6efbbfba41b7a0";
