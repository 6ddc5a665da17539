// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "5541d940192beba1708016ef7f50edf4620b6cb963c3620327042584780642eb";
