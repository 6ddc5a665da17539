// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "460597dd6d3bd220e9d87daff29f6568d6fe6fa7ea3ee803bb06b372d9cfc46b";
