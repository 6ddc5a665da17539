// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "89da1fbe9b12868880040a75dc1c9d5d0135db1abcaad6ab02da189bd597737d";
