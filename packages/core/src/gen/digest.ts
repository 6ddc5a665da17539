// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "334001d073dc82f0c565aaacb9746ddbe89e0dd4cec15b5c75ace34e2bb1443d";
