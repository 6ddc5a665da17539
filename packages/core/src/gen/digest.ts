// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "9efdf6a989027129bfadb4775e7d3b156b10bcd52195d342e6083e9ff3bb0298";
